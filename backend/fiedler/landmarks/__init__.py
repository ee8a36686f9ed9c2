"""Spectral embedding through landmarks: every row is described by its nearest representatives.

Huang, Wang, Wu, Lai and Kwoh (2020), "Ultra-scalable spectral clustering and ensemble clustering".
"""
