"""Sweeps: a grid of parameters as one job, its runs compared."""
