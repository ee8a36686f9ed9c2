"""One value a row, to colour a map by: a column, or how well the row sits in its cluster."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from fiedler.consensus.row_agreement import agreement_of_views
from fiedler.edits.apply import EXCLUDED
from fiedler.explained.prepared import Subject
from fiedler.explanation.errors import ExplanationError
from fiedler.explanation.values import encode_values
from fiedler.row_blocks import single_blas_thread
from fiedler.stability import subset_stability

VALUES = "values.npy"
MISSING_CODE = 65_535
# Values of a text column that have a colour of their own; the others share one.
MOST_VALUES = 23
# Ends of the ramp: a few values far out would leave the others one colour.
_BULK = (0.01, 0.99)
_QUANTILE_ROWS = 200_000
_BLOCK_ROWS = 16_384
# Distances from rows to sampled rows: what a silhouette of every row may cost.
_MOST_DISTANCES = 400_000_000
_LEAST_SAMPLED = 200
_SMALLEST_SQUARE = 1e-12
_STABILITY_ROUNDS = 10


def about_values(subject: Subject, question: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write (n,) ``values.npy`` of ``question["of"]`` and return how to read it.

    Numbers are float32, NaN where missing; measures have a mean over each cluster as well. Text is uint16
    codes of ``values``, `MISSING_CODE` where missing.

    Raises
    ------
    ExplanationError
        The column does not exist, or has no value to colour by.
    """
    of = str(question["of"])
    if of == "column":
        return _column(subject, str(question["column"]), folder)
    measure = _MEASURES.get(of)
    if measure is None:
        raise ExplanationError(f"values of {of!r} were asked for; known are column, {', '.join(_MEASURES)}.")
    values, basis = measure(subject)
    means = cluster_means(values, subject.labels, subject.source.n_clusters)
    return {**_numbers(values, "number", basis, folder), "cluster_means": means}


def cluster_means(
    values: NDArray[np.float32], labels: NDArray[np.uint16], n_clusters: int
) -> list[float | None]:
    """Return the mean of (n,) values over the rows of each cluster; None for a cluster without a value."""
    known = (labels != EXCLUDED) & ~np.isnan(values)
    counts = np.bincount(labels[known], minlength=n_clusters)
    sums = np.bincount(labels[known], weights=values[known].astype(np.float64), minlength=n_clusters)
    return [float(total / count) if count else None for total, count in zip(sums, counts, strict=True)]


def row_silhouettes(subject: Subject) -> tuple[NDArray[np.float32], str]:
    """Return the (n,) silhouette of every row to a sample of rows, NaN for rows in no cluster, and its basis.

    References
    ----------
    Rousseeuw (1987), equations 1-3, with means over the sampled members of each cluster.
    """
    session, labels = subject.session, subject.labels
    n_clusters, n_samples = subject.source.n_clusters, len(labels)
    most = max(_LEAST_SAMPLED, _MOST_DISTANCES // max(n_samples, 1))
    # Ascending rows: a part of them is spread over the table as well.
    step = -(-len(session.silhouette_rows) // most)
    sampled = session.silhouette_rows[::step]
    sampled = sampled[labels[sampled] != EXCLUDED]
    sample = session.features[sampled]
    own_sampled = labels[sampled]
    sizes = np.bincount(own_sampled, minlength=n_clusters).astype(np.float64)
    members = np.zeros((len(sampled), n_clusters), dtype=np.float32)
    members[np.arange(len(sampled)), own_sampled] = 1
    is_sampled = np.zeros(n_samples, dtype=np.int64)
    is_sampled[sampled] = 1
    center = sample.mean(axis=0)
    sample = sample - center
    squares = np.einsum("ij,ij->i", sample, sample)
    values = np.full(n_samples, np.nan, dtype=np.float32)
    for start in range(0, n_samples, _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, n_samples))
        rows = rows[labels[rows] != EXCLUDED]
        block = session.features[rows] - center
        with single_blas_thread():
            distances = block @ (-2 * sample.T)
            distances += squares
            distances += np.einsum("ij,ij->i", block, block)[:, None]
            np.sqrt(np.maximum(distances, 0, out=distances), out=distances)
            sums = (distances @ members).astype(np.float64)
        values[rows] = _silhouette(sums, sizes, labels[rows], is_sampled[rows])
    return values, f"against {len(sampled):,} sampled rows"


def _silhouette(
    sums: NDArray[np.float64],
    sizes: NDArray[np.float64],
    labels: NDArray[np.uint16],
    is_sampled: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return (m,) silhouettes from (m, c) summed distances to the sampled members of each cluster."""
    rows = np.arange(len(labels))
    others = sizes[labels] - is_sampled
    within = sums[rows, labels] / np.maximum(others, 1)
    means = np.divide(sums, sizes, out=np.full_like(sums, np.inf), where=sizes > 0)
    means[rows, labels] = np.inf
    nearest = means.min(axis=1, initial=np.inf)
    known = np.isfinite(nearest) & (others > 0)
    nearest[~known] = 0
    larger = np.maximum(within, nearest)
    found: NDArray[np.float64] = np.divide(
        nearest - within, larger, out=np.zeros_like(larger), where=known & (larger > 0)
    )
    return found


def row_confidences(subject: Subject) -> tuple[NDArray[np.float32], str]:
    """Return how surely each of (n,) rows belongs to its cluster, NaN for rows in none, and by what.

    As `fiedler.SpectralClustering.confidence_` has it: the views' agreement where clusters are a consensus
    of all rows, else the membership in the embedding.
    """
    folder = subject.store.existing("partition", subject.source.partition_key)
    labels = subject.labels
    if (folder / "views.npy").is_file() and not (folder / "view_rows.npy").is_file():
        consensus = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["consensus"]
        views = np.load(folder / "views.npy")
        supports = [view["support"] or 0.0 for view in consensus["views"]]
        agreement = agreement_of_views(views, supports, consensus["chosen"])
        return agreement.astype(np.float32), f"share of {len(views)} views that agree"
    embedded = subject.cut.embedded
    values = np.full(len(labels), np.nan, dtype=np.float32)
    for start in range(0, len(labels), _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, len(labels)))
        rows = rows[labels[rows] != EXCLUDED]
        weights = 1 / np.maximum(embedded.distances(rows) ** 2, _SMALLEST_SQUARE)
        values[rows] = weights[np.arange(len(rows)), labels[rows]] / weights.sum(axis=1)
    return values, "membership in the embedding"


def row_stabilities(subject: Subject) -> tuple[NDArray[np.float32], str]:
    """Return how often each of (n,) rows was found in the counterpart of its cluster, NaN where never drawn.

    In rounds on half of the rows, as `fiedler.SpectralClustering.stability` has them; it costs as many fits.
    """
    # A second to import, and needed by this question alone.
    from fiedler.estimator import SpectralClustering

    source, features = subject.source, subject.session.features
    model = SpectralClustering()
    known = model.get_params()
    given = {name: value for name, value in source.parameters.to_dict().items() if name in known}
    given["n_clusters"] = source.n_clusters
    if not source.fit.consensus:
        given["method"] = source.fit.method

    def recluster(rows: NDArray[np.int64], seed: int) -> NDArray[np.uint16]:
        fresh = SpectralClustering(**given | {"random_state": seed})
        labels: NDArray[np.int32] = fresh.fit_predict(features[rows])
        return labels.astype(np.uint16)

    found = subset_stability(
        subject.labels,
        recluster,
        n_rounds=_STABILITY_ROUNDS,
        share=0.5,
        random_state=source.fit.random_state,
    )
    return found.rows.astype(np.float32), f"share of {found.n_rounds} fits of half the rows"


_Measure = Callable[[Subject], tuple[NDArray[np.float32], str]]
_MEASURES: dict[str, _Measure] = {
    "silhouette": row_silhouettes,
    "confidence": row_confidences,
    "stability": row_stabilities,
}


def _column(subject: Subject, name: str, folder: Path) -> dict[str, Any]:
    with pq.ParquetFile(subject.source.table, pre_buffer=False) as file:
        if name not in file.schema_arrow.names:
            raise ExplanationError(f"there is no column {name!r} in the table; choose one of its columns.")
        column = file.read(columns=[name]).column(0)
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        stamps = pyarrow.compute.cast(column, pa.timestamp("ms", tz=getattr(kind, "tz", None)), safe=False)
        milliseconds = pyarrow.compute.cast(
            pyarrow.compute.cast(stamps, pa.int64()), pa.float64(), safe=False
        )
        return _numbers(_floats(milliseconds) / 1000, "time", "seconds since 1970", folder)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(_floats(pyarrow.compute.cast(column, pa.float64(), safe=False)), "number", "", folder)
    if pa.types.is_nested(kind):
        raise ExplanationError(f"column {name!r} holds lists or structures; choose a column of plain values.")
    encoded = encode_values(column)
    counts = np.bincount(encoded.codes, minlength=len(encoded.values))
    ranked = [int(code) for code in np.argsort(-counts, kind="stable") if encoded.values[code] is not None]
    told, rest = ranked[:MOST_VALUES], ranked[MOST_VALUES:]
    codes = np.full(len(encoded.values), MISSING_CODE, dtype=np.uint16)
    codes[told] = np.arange(len(told))
    codes[rest] = len(told)
    np.save(folder / VALUES, codes[encoded.codes])
    return {
        "kind": "category",
        "basis": "",
        "values": [encoded.values[code] for code in told],
        "counts": [int(counts[code]) for code in told],
        "n_other_values": len(rest),
        "n_other": int(counts[rest].sum()),
        "n_missing": int(counts.sum() - counts[ranked].sum()),
    }


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _numbers(values: NDArray[Any], kind: str, basis: str, folder: Path) -> dict[str, Any]:
    values = values.astype(np.float32)
    values[~np.isfinite(values)] = np.nan
    np.save(folder / VALUES, values)
    known = values[~np.isnan(values)]
    if not len(known):
        raise ExplanationError("there is no value to colour by: all of them are missing; choose another.")
    step = max(1, len(known) // _QUANTILE_ROWS)
    low, high = np.quantile(known[::step].astype(np.float64), _BULK)
    if not high > low:
        # Nearly all the same: the few others are what there is to see.
        low, high = known.min(), known.max()
    return {
        "kind": kind,
        "basis": basis,
        "minimum": float(known.min()),
        "maximum": float(known.max()),
        "low": float(low),
        "high": float(high),
        "n_missing": len(values) - len(known),
    }
