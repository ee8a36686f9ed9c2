"""CPU seconds of a cut of a million embedded rows by every rounding, and how well it finds the groups.

OMP_NUM_THREADS=1 python benchmarks/rounding.py

Landmarks embed the rows; a cut decides on 10,000 of them and labels all. "unit" are rows brought to unit
length (the symmetric normalized Laplacian), "as they are" those of the random walk. Each cut is made once
before it is timed.
"""

from __future__ import annotations

import time

import numpy as np
from sklearn.datasets import make_blobs, make_moons
from sklearn.metrics import adjusted_rand_score

from fiedler.landmarks.fitting import landmark_embedding
from fiedler.rounding import SAMPLE_ROWS, RoundingOptions, round_embedding, sample_rows

N_ROWS = 1_000_000
N_EIGENPAIRS = 21
N_LANDMARKS = 1_000


def main() -> None:
    """Print a line for each rounding and table."""
    print(f"{'table':<22} {'rounding':<11} {'rows':<11} {'CPU s':>6} {'ARI':>6}")
    for table, (rows, truth), n_clusters in (
        ("moons 1,000,000 x 2", make_moons(N_ROWS, noise=0.05, random_state=0), 2),
        ("blobs 1,000,000 x 10", make_blobs(N_ROWS, 10, centers=8, random_state=0), 8),
    ):
        embedding = landmark_embedding(rows.astype(np.float32), N_EIGENPAIRS, n_landmarks=N_LANDMARKS)
        sample = embedding.rows(sample_rows(N_ROWS, SAMPLE_ROWS, 0))
        for method in ("kmeans", "cluster_qr", "discretize", "tree"):
            for unit_rows in (True, False):
                options = RoundingOptions(method, unit_rows=unit_rows)  # type: ignore[arg-type]
                round_embedding(embedding, sample, n_clusters, 0, options)
                started = time.process_time()
                labels = round_embedding(embedding, sample, n_clusters, 0, options).labels
                seconds = time.process_time() - started
                score = adjusted_rand_score(truth, labels)
                kind = "unit" if unit_rows else "as they are"
                print(f"{table:<22} {method:<11} {kind:<11} {seconds:6.3f} {score:6.3f}", flush=True)


if __name__ == "__main__":
    main()
