"""Handing a person all that is kept of them."""
