"""Affinity: how neighbour distances become the weights of a symmetric graph."""
