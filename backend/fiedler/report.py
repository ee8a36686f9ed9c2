"""A fit in plain lines of text: sizes, spectrum, candidates for k, notes."""

from __future__ import annotations

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
    lines = ["Cluster       rows  silhouette"]
    clusters = summary.partition.clusters
    largest = max(cluster["size"] for cluster in clusters)
    for cluster in clusters[:_LISTED_CLUSTERS]:
        silhouette = "" if cluster["silhouette"] is None else f"{cluster['silhouette']:.2f}"
        share = bar(cluster["size"] / largest)
        lines.append(f"{cluster['label']:>7} {cluster['size']:>10,}  {silhouette:>10}  {share}".rstrip())
    if len(clusters) > _LISTED_CLUSTERS:
        lines.append(f"    and {len(clusters) - _LISTED_CLUSTERS} smaller ones")
    return lines


def _spectrum(summary: FitSummary) -> list[str]:
    name = "unnormalized" if summary.laplacian == "unnormalized" else "normalized"
    solved = f" by {summary.solver}" if summary.solver else ""
    lines = [
        f"Spectrum (eigenvalues of the {name} Laplacian; a step after the k-th speaks for k)",
        f"found{solved}, residuals up to {max(summary.residual_norms):.1g}",
    ]
    listed = summary.eigenvalues[:_LISTED_EIGENVALUES]
    largest = max(*listed, 0.0) if len(listed) > 1 else 0.0
    for number, eigenvalue in enumerate(listed, start=1):
        share = bar(eigenvalue / largest if largest > 0 else 0.0)
        chosen = "  ← k" if number == summary.partition.n_clusters else ""
        lines.append(f"{number:>7} {eigenvalue:>12.3g}  {share}{chosen}")
    return lines


def _suggestions(summary: FitSummary) -> list[str]:
    return [
        "Numbers of clusters worth a look, best first",
        *(
            f"{suggestion['n_clusters']:>7}  {_sentence(suggestion['reasons'])}"
            for suggestion in summary.suggestions[:_LISTED_SUGGESTIONS]
        ),
    ]


def _sentence(reasons: list[str]) -> str:
    """Return reasons as one sentence: each is written to stand alone, with a capital letter."""
    return "; ".join([*reasons[:1], *(reason[:1].lower() + reason[1:] for reason in reasons[1:])])


def _notes(summary: FitSummary) -> list[str]:
    if not summary.notes:
        return []
    return ["", "Notes", *(f"  · {note['message']}" for note in summary.notes)]
