"""Tables that users brought."""
