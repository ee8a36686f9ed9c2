"""Compiled loops from landmarks to rows: embedding coordinates, nearest centroid, cells of one label."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from fiedler.landmarks.exponential import exponential
from fiedler.registers import FEW, MANY, sum_few, sum_many

_ZERO = np.float32(0)
_ONE = np.float32(1)
_TINY = np.float32(1e-30)
# A proof must clear this fraction of a vector's length: single rows are decided in float32.
_MARGIN = 1e-4
# Rows whose weights are computed together: their loop then runs over contiguous numbers.
_LANES = 256


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def embed_neighbors(indices, distances, scale, vectors, embedding):  # type: ignore[no-untyped-def]
    """Write each row's weighted mean of its landmarks' vectors (p, q) into ``embedding`` (m, q) float32."""
    n_rows, n_neighbors = indices.shape
    n_components = vectors.shape[1]
    weights = np.empty(n_neighbors, np.float32)
    for i in range(n_rows):
        degree = _ZERO
        for j in range(n_neighbors):
            weights[j] = exponential(-distances[i, j] * scale)
            degree += weights[j]
        for q in range(n_components):
            embedding[i, q] = _ZERO
        for j in range(n_neighbors):
            w = weights[j] / degree
            a = indices[i, j]
            for q in range(n_components):
                embedding[i, q] += w * vectors[a, q]


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz", "arcp"})
def label_neighbors(indices, distances, scale, table, n_columns, half_norms, labels):  # type: ignore[no-untyped-def]
    """Write the nearest centroid of each row, normalised over k columns, into ``labels`` (m,) uint16.

    Parameters
    ----------
    table : (p, k + c and more) float32
        The landmarks' vectors and, beside them, their products with the centroids: a row's sums of both
        come from one gather. At least 8 columns, those beyond are not looked at.
    n_columns : int
        k.
    half_norms : (c,) float32
        Half the centroids' squared norms.
    """
    n_rows, n_neighbors = indices.shape
    width = table.shape[1]
    sums = np.empty((1, width), np.float32)
    of_rows = sums[0]
    weights = np.empty(_LANES * n_neighbors, np.float32)
    nearest = np.empty(_LANES * n_neighbors, indices.dtype)
    for first in range(0, n_rows, _LANES):
        n_lanes = min(_LANES, n_rows - first)
        for i in range(n_lanes):
            for j in range(n_neighbors):
                weights[i * n_neighbors + j] = exponential(-distances[first + i, j] * scale)
                nearest[i * n_neighbors + j] = indices[first + i, j]
        for i in range(n_lanes):
            entry, last = i * n_neighbors, (i + 1) * n_neighbors
            column = 0
            while column + MANY <= width:
                sum_many(weights, nearest, entry, last, table, column, sums)
                column += MANY
            while column < width:
                # The last columns overlap the ones before, where the same comes out again.
                sum_few(weights, nearest, entry, last, table, min(column, width - FEW), sums)
                column += FEW
            norm = _ZERO
            for q in range(n_columns):
                norm += of_rows[q] * of_rows[q]
            inverse = _ONE / max(np.sqrt(norm), _TINY)
            best = of_rows[n_columns] * inverse - half_norms[0]
            label = 0
            for c in range(1, half_norms.shape[0]):
                score = of_rows[n_columns + c] * inverse - half_norms[c]
                if score > best:
                    best = score
                    label = c
            labels[first + i] = label


@njit(cache=True, nogil=True)
def uniform_cells(starts, candidates, vectors, centroids, half_norms, table):  # type: ignore[no-untyped-def]
    """Write into ``table`` (cells + 1,) int32 the label all rows of a cell share, where proven, else -1.

    A row's score for centroid c is ``u . C_c - h_c |u|`` with u a positive combination of its cell's
    candidate vectors V_a and ``h_c = |C_c|**2 / 2``. Centroid l beats j for every such u

    - with h_l >= h_j if it does for each V_a: the difference of scores is concave and homogeneous;
    - with h_l < h_j if ``V_a . (C_l - C_j + (h_j - h_l) g) > 0`` for each a, g any unit vector: |u| >= u . g.
    """
    n_cells = starts.shape[0] - 1
    n_columns = vectors.shape[1]
    n_centroids = centroids.shape[0]
    products = vectors @ centroids.T
    lengths = np.sqrt((vectors * vectors).sum(axis=1))
    direction = np.empty(n_columns)
    table[n_cells] = -1
    for cell in range(n_cells):
        first, last = starts[cell], starts[cell + 1]
        direction[:] = 0.0
        for e in range(first, last):
            for q in range(n_columns):
                direction[q] += vectors[candidates[e], q]
        norm = 0.0
        for q in range(n_columns):
            norm += direction[q] * direction[q]
        norm = math.sqrt(norm) + 1e-300
        best = -np.inf
        winner = 0
        for c in range(n_centroids):
            score = -half_norms[c] * norm
            for e in range(first, last):
                score += products[candidates[e], c]
            if score > best:
                best = score
                winner = c
        proven = True
        for e in range(first, last):
            a = candidates[e]
            along = 0.0
            for q in range(n_columns):
                along += vectors[a, q] * direction[q]
            along /= norm
            for c in range(n_centroids):
                if c != winner:
                    heavier = half_norms[c] - half_norms[winner]
                    lead = products[a, winner] - products[a, c]
                    lead += heavier * along if heavier > 0.0 else heavier * lengths[a]
                    if not lead > _MARGIN * lengths[a]:
                        proven = False
                        break
            if not proven:
                break
        table[cell] = winner if proven else -1


@njit(cache=True, nogil=True)
def label_cells(cells, table, labels, undecided):  # type: ignore[no-untyped-def]
    """Write the labels of rows in proven cells; list the others in ``undecided`` and return how many."""
    n_undecided = 0
    for i in range(cells.shape[0]):
        label = table[cells[i]]
        if label >= 0:
            labels[i] = label
        else:
            undecided[n_undecided] = i
            n_undecided += 1
    return n_undecided
