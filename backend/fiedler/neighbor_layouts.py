"""Maps that keep neighbours together, UMAP and t-SNE: made when somebody asks for them, after the fit.

A sample of the rows is laid out by a library; every other row goes beside the sampled rows nearest to it, so
that a map of millions costs one search more than a map of the sample. Files and positions are those of
`fiedler.layout`, in the same drawn order: a point of one layout is the same row in all of them.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fiedler.artifacts import ArtifactStore
from fiedler.errors import TooFewRowsError
from fiedler.layout import LayoutTitle, drawn_order, principal_positions, write_positions
from fiedler.neighbors.nearest import Neighbors, nearest_neighbors, search_neighbors
from fiedler.parameters import ParameterError
from fiedler.progress import Report, paced, portion, told
from fiedler.rounding import sample_rows
from fiedler.row_blocks import single_blas_thread
from fiedler.summaries import FitSummary

NeighborLayout = Literal["umap", "tsne"]
TITLES: dict[NeighborLayout, str] = {"umap": "UMAP", "tsne": "t-SNE"}
LEAST_ROWS = 10
SAMPLE_ROWS: dict[NeighborLayout, int] = {"umap": 20_000, "tsne": 10_000}
_UMAP_NEIGHBORS = 15
_PERPLEXITY = 30.0
_LEAST_INTERPOLATED = 4_000
# Sampled rows that a row's place is the weighted mean of.
_NEAREST = 3
_BLOCK_ROWS = 65_536
# Of the time: laying out the sample, then placing the others.
_SAMPLE_SHARE, _WRITTEN_SHARE = 0.8, 0.95


def neighbor_layout(
    fit: FitSummary, name: NeighborLayout, store: ArtifactStore, progress: Report | None = None
) -> tuple[str, dict[str, Any]]:
    """Lay out a fit's rows by UMAP or t-SNE; return the artifact's key and what its ``meta.json`` holds.

    Parameters
    ----------
    fit : FitSummary
        Its features are in the store.
    name : {"umap", "tsne"}
    store : ArtifactStore
        What is found there is not made again.
    progress : callable, optional
        Told (fraction, message).

    Raises
    ------
    ParameterError
        ``name`` is no such layout.
    TooFewRowsError
        There are fewer than ten rows.
    ArtifactError
        The fit's features are gone.
    """
    if name not in get_args(NeighborLayout):
        raise ParameterError(f"layout is {name!r}; known are {', '.join(get_args(NeighborLayout))}.")
    features_key = fit.artifacts["features"]
    description = {"method": name, "sample": SAMPLE_ROWS[name], "random_state": fit.random_state}
    key = store.key("layout", description, features_key)

    def write(folder: Path) -> None:
        features = np.load(store.existing("features", features_key) / "features.npy", mmap_mode="c")
        write_neighbor_layout(folder, features, name, fit.random_state, progress)

    meta = store.publish("layout", key, write) / "meta.json"
    return key, json.loads(meta.read_text(encoding="utf-8"))


def write_neighbor_layout(
    folder: Path,
    features: NDArray[np.float32],
    name: NeighborLayout,
    random_state: int,
    progress: Report | None = None,
) -> dict[str, Any]:
    """Write ``rows.npy``, ``<name>.npy``, for UMAP ``<name>_3d.npy``, and ``meta.json``, which is returned.

    The same features and seed give the same bits, for any number of threads: both libraries run in one.

    Parameters
    ----------
    folder : Path
        Of the artifact.
    features : (n, d) float32
        The feature matrix, maybe memory-mapped.
    name : {"umap", "tsne"}
    random_state : int
    progress : callable, optional
        Told (fraction, message).

    Raises
    ------
    TooFewRowsError
        There are fewer than ten rows.

    References
    ----------
    McInnes, Healy, Melville (2018), "UMAP: uniform manifold approximation and projection for dimension
    reduction"; van der Maaten, Hinton (2008), "Visualizing data using t-SNE"; Linderman et al. (2019), "Fast
    interpolation-based t-SNE for improved visualization of single-cell RNA-seq data".
    """
    n_samples = len(features)
    if n_samples < LEAST_ROWS:
        raise TooFewRowsError(
            f"there are {n_samples} rows; {TITLES[name]} needs at least {LEAST_ROWS}; choose the layout of "
            f"the features."
        )
    tell = progress or (lambda fraction, message: None)
    order = drawn_order(n_samples)
    np.save(folder / "rows.npy", order)
    rows = sample_rows(n_samples, SAMPLE_ROWS[name], random_state)
    sample = np.ascontiguousarray(features[rows])
    files = {2: name, 3: f"{name}_3d"} if name == "umap" else {2: name}
    layout: dict[str, Any] = {}
    with single_blas_thread():
        neighbors = _neighbors_for(name, sample, told(paced(portion(tell, 0.0, 0.05)), "Finding neighbours"))
        for number, (n_axes, file) in enumerate(files.items()):
            part = portion(tell, number / len(files), (number + 1) / len(files))
            part(0.1, f"Laying out {len(sample):,} rows by {TITLES[name]} in {n_axes} dimensions")
            placed = _laid_out(name, sample, neighbors, n_axes, random_state)
            positions = _all_places(
                features, rows, sample, placed, portion(part, _SAMPLE_SHARE, _WRITTEN_SHARE)
            )
            title = LayoutTitle(
                _title(name, len(sample), n_samples), [TITLES[name] + str(a + 1) for a in range(n_axes)]
            )
            described = write_positions(folder / f"{file}.npy", positions, order, title)
            layout = {**described, **layout, "axes": described["axes"], "has_3d": len(files) > 1}
    meta = {"layouts": {name: layout}}
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return meta


def _title(name: NeighborLayout, n_laid_out: int, n_samples: int) -> str:
    if n_laid_out == n_samples:
        return f"{TITLES[name]} of the features"
    return f"{TITLES[name]} of {n_laid_out:,} rows, the others beside their nearest"


def _neighbors_for(name: NeighborLayout, sample: NDArray[np.float32], progress: Any) -> Neighbors:
    wanted = _UMAP_NEIGHBORS - 1 if name == "umap" else int(3 * _perplexity(len(sample)))
    return nearest_neighbors(sample, min(wanted, len(sample) - 1), progress=progress)


def _perplexity(n_samples: int) -> float:
    return min(_PERPLEXITY, (n_samples - 1) / 3)


def _laid_out(
    name: NeighborLayout, sample: NDArray[np.float32], neighbors: Neighbors, n_axes: int, random_state: int
) -> NDArray[np.float32]:
    """Return the (m, n_axes) places of the sampled rows, begun at their principal components."""
    start = principal_positions(sample)[:, :n_axes].astype(np.float64)
    start /= max(float(start[:, 0].std()), 1e-12)
    # Copies, and rows on a line, begin apart: neither method could part them.
    start += 1e-3 * np.random.default_rng(random_state).normal(size=start.shape)
    lay_out = _by_umap if name == "umap" else _by_tsne
    with warnings.catch_warnings():
        # Of parts that are not used: a transform of new rows, a network trained on them.
        warnings.simplefilter("ignore")
        placed = lay_out(sample, neighbors, start, random_state)
    return np.ascontiguousarray(placed, dtype=np.float32)


def _by_umap(
    sample: NDArray[np.float32], neighbors: Neighbors, start: NDArray[np.float64], random_state: int
) -> NDArray[np.float32]:
    # It imports numba's parallel machinery and more; a layout alone pays for it.
    from umap import UMAP

    # A row is its own first neighbour there.
    own = np.arange(len(sample), dtype=np.int32)[:, None]
    indices = np.hstack([own, neighbors.indices])
    distances = np.hstack([np.zeros_like(neighbors.distances[:, :1]), neighbors.distances])
    model = UMAP(
        n_components=start.shape[1],
        n_neighbors=indices.shape[1],
        precomputed_knn=(indices, distances, None),
        force_approximation_algorithm=True,
        init=(10 * start / float(np.abs(start).max())).astype(np.float32),
        random_state=random_state,
        n_jobs=1,
    )
    placed: NDArray[np.float32] = model.fit_transform(sample)
    return placed


def _by_tsne(
    sample: NDArray[np.float32], neighbors: Neighbors, start: NDArray[np.float64], random_state: int
) -> NDArray[np.float32]:
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.initialization import rescale
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    affinities = PerplexityBasedNN(
        perplexity=_perplexity(len(sample)),
        knn_index=PrecomputedNeighbors(neighbors.indices, neighbors.distances),
        n_jobs=1,
    )
    # The interpolation grid costs the same for few rows as for many.
    method = "fft" if len(sample) > _LEAST_INTERPOLATED else "bh"
    embedding = TSNEEmbedding(
        rescale(start), affinities, negative_gradient_method=method, n_jobs=1, random_state=random_state
    )
    embedding = embedding.optimize(n_iter=250, exaggeration=12, momentum=0.5)
    placed: NDArray[np.float32] = np.asarray(embedding.optimize(n_iter=500, momentum=0.8))
    return placed


def _all_places(
    features: NDArray[np.float32],
    rows: NDArray[np.int64],
    sample: NDArray[np.float32],
    placed: NDArray[np.float32],
    progress: Report,
) -> NDArray[np.float32]:
    """Return the (n, 3) places of all rows: the sampled ones as laid out, the others a weighted mean."""
    positions = np.zeros((len(features), 3), dtype=np.float32)
    n_axes = placed.shape[1]
    for start in range(0, len(features), _BLOCK_ROWS) if len(rows) < len(features) else ():
        block = slice(start, min(start + _BLOCK_ROWS, len(features)))
        found = search_neighbors(sample, np.ascontiguousarray(features[block]), min(_NEAREST, len(sample)))
        weights = 1 / np.maximum(found.distances.astype(np.float64), 1e-12)
        weights /= weights.sum(axis=1, keepdims=True)
        positions[block, :n_axes] = np.einsum("ij,ijk->ik", weights, placed[found.indices])
        progress(block.stop / len(features), f"Placing {len(features):,} rows beside them")
    positions[rows, :n_axes] = placed
    return positions
