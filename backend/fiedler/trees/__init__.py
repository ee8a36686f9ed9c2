"""Minimum spanning trees and the linkage that cuts them: clusters of any shape from one tree."""
