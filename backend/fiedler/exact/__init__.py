"""The exact path: a neighbour graph of all rows and the eigenvectors of its normalized Laplacian."""
