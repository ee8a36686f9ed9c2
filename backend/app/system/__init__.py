"""What holds for the whole service: health, version, the algorithms on offer."""
