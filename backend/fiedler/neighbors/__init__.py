"""Nearest neighbours of every row: the first step of the exact path."""
