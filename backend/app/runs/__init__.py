"""Clusterings that were computed, and the partitions cut from them."""
