"""How long things are kept: expiry by setting, removal of what nothing refers to, erasure."""
