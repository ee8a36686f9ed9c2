"""What the user knows, put into a partition: rows that belong together or apart, and rows with a class.

`constraint_set` (what was said) -> `closure` (what follows from it, contradictions) -> `kernel` (coordinates
in which it holds) -> `rounding` with `placement` (clusters that obey it) -> `partition` (all rows).
"""
