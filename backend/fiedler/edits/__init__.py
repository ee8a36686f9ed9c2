"""Changes a user makes to a partition by hand, and how far two partitions agree.

`operations` (what is to be done, replayable) -> `apply` (labels and facts), with `subset` for splits;
`matching` and `agreement` compare two partitions.
"""
