"""A fit in plain lines of text: sizes, spectrum, candidates for k, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fiedler.summaries import FitSummary

_BAR_WIDTH = 30
_LISTED_EIGENVALUES = 12
_LISTED_SUGGESTIONS = 4
_LISTED_CLUSTERS = 20
_EIGHTHS = " ▏▎▍▌▋▊▉"


def report_lines(summary: FitSummary) -> list[str]:
    """Return the report of a fit, one line an item."""
    return [
        *_heading(summary),
        "",
        *_clusters(summary),
        "",
        *_spectrum(summary),
        "",
        *_suggestions(summary),
        *_notes(summary),
    ]


def bar(share: float, width: int = _BAR_WIDTH) -> str:
    """Return a bar of ``share`` (0 to 1) of ``width`` characters, drawn in eighths of one."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip()


def _heading(summary: FitSummary) -> list[str]:
    partition = summary.partition
    silhouette = ""
    if partition.silhouette is not None:
        sampled = partition.silhouette_sample_size < summary.n_samples
        rows = f" on {partition.silhouette_sample_size:,} sampled rows" if sampled else ""
        silhouette = f", silhouette {partition.silhouette:.2f}{rows}"
    columns = f"{summary.n_features} column{'s' if summary.n_features > 1 else ''}"
    clusters = f"{partition.n_clusters} cluster{'s' if partition.n_clusters > 1 else ''}"
    return [
        f"{clusters} in {summary.n_samples:,} rows by {columns}{silhouette}",
        summary.method_reason,
    ]


def _clusters(summary: FitSummary) -> list[str]:
    rows = [
        (cluster["size"], "" if cluster["silhouette"] is None else f"{cluster['silhouette']:.2f}")
        for cluster in summary.partition.clusters
    ]
    return cluster_lines(rows, "rows", "silhouette")


def cluster_lines(rows: Sequence[tuple[int, str]], members: str, measure: str) -> list[str]:
    """Return a line for each cluster: number, size, a measure in words, and a bar of the size.

    Parameters
    ----------
    rows : sequence of (int, str)
        Size and measure of each cluster.
    members, measure : str
        What clusters are made of, and what was measured.
    """
    lines = [f"Cluster {members:>10}  {measure}"]
    largest = max(size for size, _ in rows)
    for label, (size, measured) in enumerate(rows[:_LISTED_CLUSTERS]):
        lines.append(f"{label:>7} {size:>10,}  {measured:>{len(measure)}}  {bar(size / largest)}".rstrip())
    if len(rows) > _LISTED_CLUSTERS:
        lines.append(f"    and {len(rows) - _LISTED_CLUSTERS} smaller ones")
    return lines


def _spectrum(summary: FitSummary) -> list[str]:
    return spectrum_lines(
        summary.eigenvalues,
        summary.residual_norms,
        summary.partition.n_clusters,
        summary.laplacian,
        summary.solver,
    )


def spectrum_lines(
    eigenvalues: Sequence[float],
    residual_norms: Sequence[float],
    n_clusters: int,
    laplacian: str,
    solver: str,
) -> list[str]:
    """Return a line for each of the first eigenvalues, with a bar and the residual of its eigenvector.

    Parameters
    ----------
    eigenvalues, residual_norms : sequence of float
        Ascending, and 2-norms of ``L v - lambda v``.
    n_clusters : int
        The eigenvalue that is marked.
    laplacian, solver : str
        What was solved, and what found it; the solver may be unknown.
    """
    name = "unnormalized" if laplacian == "unnormalized" else "normalized"
    found = f" by {solver}" if solver else ""
    lines = [f"Spectrum of the {name} Laplacian{found} (± residual; a step after the k-th speaks for k)"]
    listed = eigenvalues[:_LISTED_EIGENVALUES]
    largest = max(*listed, 0.0) if len(listed) > 1 else 0.0
    for number, (eigenvalue, residual) in enumerate(zip(listed, residual_norms, strict=False), start=1):
        share = bar(eigenvalue / largest if largest > 0 else 0.0)
        chosen = "  ← k" if number == n_clusters else ""
        lines.append(f"{number:>7} {eigenvalue:>12.3g} ± {residual:<8.1g} {share}{chosen}".rstrip())
    return lines


def _suggestions(summary: FitSummary) -> list[str]:
    return suggestion_lines(summary.suggestions)


def suggestion_lines(suggestions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each of the best numbers of clusters, with its reasons.

    Parameters
    ----------
    suggestions : sequence of dict
        As `fiedler.suggestions.Suggestion.to_dict` returns them.
    """
    return [
        "Numbers of clusters worth a look, best first",
        *(
            f"{suggestion['n_clusters']:>7}  {_sentence(suggestion['reasons'])}"
            for suggestion in suggestions[:_LISTED_SUGGESTIONS]
        ),
    ]


def _sentence(reasons: list[str]) -> str:
    """Return reasons as one sentence: each is written to stand alone, with a capital letter."""
    return "; ".join([*reasons[:1], *(reason[:1].lower() + reason[1:] for reason in reasons[1:])])


def _notes(summary: FitSummary) -> list[str]:
    if not summary.notes:
        return []
    return ["", "Notes", *(f"  · {note['message']}" for note in summary.notes)]
