"""Eigensolvers for the smallest eigenpairs of a connected graph's normalized Laplacian."""
