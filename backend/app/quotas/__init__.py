"""How much a person may keep."""
