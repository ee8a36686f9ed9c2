"""Fiedler: fast spectral clustering, from arrays to labels with the reasons for them."""

__version__ = "0.1.0"
