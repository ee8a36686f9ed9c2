"""Tables made with a known number of clusters: overlapping, curved, nested, up to 40 of them, and none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_moons

Points = NDArray[np.float64]
Labels = NDArray[np.int64]
# Clusters, columns, rows, distance of centres at least (standard deviations of a cluster, about).
BLOBS = (
    (3, 2, 600, 4.0),
    (4, 2, 1_200, 3.2),
    (5, 16, 1_000, 4.0),
    (6, 40, 1_200, 6.0),
    (9, 2, 1_800, 5.0),
    (12, 3, 2_400, 6.0),
    (18, 2, 3_600, 6.0),
    (24, 6, 3_000, 6.0),
    (40, 3, 6_000, 7.0),
)
RINGS = (2, 3, 4)
SPIRALS = (2, 3, 5)
STRIPES = (3, 5, 8)
# Groups of so many clusters each: both numbers are right.
NESTED = ((2, 3), (3, 3), (4, 5), (3, 6))
CLOUD_COLUMNS = (1, 2, 3, 5, 10, 20)
CLOUD_ROWS = (200, 1_500)


def counted_sets() -> Iterator[tuple[str, str, Points, list[Labels]]]:
    """Yield battery, name, (n, d) points and references, each from 0 to its number of clusters less 1."""
    for n_clusters, n_columns, n_rows, distance in BLOBS:
        points, truth = blobs(n_clusters, n_columns, n_rows, distance)
        yield "blobs", f"{n_clusters} in {n_columns} columns", points, [truth]
    for noise in (0.08, 0.16):
        points, truth = make_moons(2_000, noise=noise, random_state=0)
        yield "curves", f"moons, noise {noise}", points, [truth]
    for n_clusters in RINGS:
        yield "curves", f"{n_clusters} rings", *rings(n_clusters)
    for n_clusters in SPIRALS:
        yield "curves", f"{n_clusters} spirals", *spirals(n_clusters)
    for n_clusters in STRIPES:
        yield "curves", f"{n_clusters} stripes", *stripes(n_clusters)
    for n_groups, n_each in NESTED:
        points, truth = nested(n_groups, n_each)
        yield "nested", f"{n_groups} groups of {n_each}", points, [truth // n_each, truth]
    for n_columns in CLOUD_COLUMNS:
        for n_rows in CLOUD_ROWS:
            generator = np.random.default_rng(n_columns + n_rows)
            whole = [np.zeros(n_rows, np.int64)]
            yield "none", f"uniform, {n_columns} columns", generator.uniform(size=(n_rows, n_columns)), whole
            yield "none", f"normal, {n_columns} columns", generator.normal(size=(n_rows, n_columns)), whole


def blobs(n_clusters: int, n_columns: int, n_rows: int, distance: float) -> tuple[Points, Labels]:
    """Return round clusters of unequal sizes and spreads."""
    generator = np.random.default_rng(n_clusters)
    side = distance * n_clusters ** (1 / min(n_columns, 4))
    centers: list[Points] = []
    while len(centers) < n_clusters:
        center = generator.uniform(0, side, n_columns)
        if all(np.linalg.norm(center - other) > distance for other in centers):
            centers.append(center)
        else:
            side *= 1.001
    truth = generator.choice(n_clusters, n_rows, p=generator.dirichlet(np.full(n_clusters, 5.0)))
    spreads = generator.uniform(0.6, 1.1, n_clusters)[truth]
    return np.array(centers)[truth] + spreads[:, None] * generator.normal(size=(n_rows, n_columns)), truth


def rings(n_clusters: int) -> tuple[Points, list[Labels]]:
    generator = np.random.default_rng(n_clusters)
    truth = generator.integers(n_clusters, size=400 * n_clusters)
    angle = generator.uniform(0, 2 * np.pi, len(truth))
    points = np.c_[np.cos(angle), np.sin(angle)] * (1 + truth)[:, None]
    return points + generator.normal(0, 0.05, points.shape), [truth]


def spirals(n_clusters: int) -> tuple[Points, list[Labels]]:
    generator = np.random.default_rng(n_clusters)
    truth = generator.integers(n_clusters, size=500 * n_clusters)
    radius = 2.2 * np.pi * np.sqrt(generator.uniform(0.03, 1, len(truth)))
    angle = radius + 2 * np.pi * truth / n_clusters
    points = np.c_[radius * np.cos(angle), radius * np.sin(angle)]
    return points + generator.normal(0, 0.12, points.shape), [truth]


def stripes(n_clusters: int) -> tuple[Points, list[Labels]]:
    generator = np.random.default_rng(n_clusters)
    truth = generator.integers(n_clusters, size=300 * n_clusters)
    across = 1.2 * truth + generator.normal(0, 0.15, len(truth))
    return np.c_[generator.uniform(0, 10, len(truth)), across], [truth]


def nested(n_groups: int, n_each: int) -> tuple[Points, Labels]:
    """Return groups of clusters that lie round a centre of their own."""
    generator = np.random.default_rng(n_groups * n_each)
    truth = np.repeat(np.arange(n_groups * n_each), 120)
    group, angle = truth // n_each, 2 * np.pi * (truth % n_each) / n_each
    centers = np.c_[30.0 * group, 20.0 * (group % 2)] + 7 * np.c_[np.cos(angle), np.sin(angle)]
    return centers + generator.normal(size=centers.shape), truth
