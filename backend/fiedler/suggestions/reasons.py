"""The evidence in words: short, exact, most important first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fiedler.suggestions.evidence import SEPARATED, Evidence
from fiedler.suggestions.peaks import LARGEST_PEAK_RATIO
from fiedler.suggestions.steps import step_in_words

APART = 0.8
"""Clouds without clusters nearly all stay below this separation."""
ALIKE = 0.9
"""Cuts with at least this index are the same but for some rows."""
UNLIKE = 0.6
"""Cuts with less than this index are different ones."""
CLEAR_PEAKS = 1.5
"""Peaks that stand out this many times as far as the next are worth naming."""
CLOSED = 0.05
"""Clusters that no more of their affinity leaves hardly touch."""


def reasons_for(
    evidence: Evidence, eigenvalues: NDArray[np.float64], n_clusters: int, reading: str | None
) -> list[str]:
    """Return what speaks for and against a number of clusters."""
    place = n_clusters - 2
    sources = {
        "parts of the rows": float(evidence.stabilities[place]),
        "spanning trees": float(evidence.agreements[place]),
    }
    told = [
        reading,
        _separation_in_words(float(evidence.separations[place])),
        step_in_words(eigenvalues, n_clusters),
        _peaks_in_words(evidence, n_clusters),
        _sources_in_words({name: index for name, index in sources.items() if index >= ALIKE}, "the same"),
        _sources_in_words({name: index for name, index in sources.items() if index < UNLIKE}, "other"),
        _conductance_in_words(float(evidence.conductances[place])),
    ]
    return [reason for reason in told if reason is not None]


def no_clusters(evidence: Evidence, best: int) -> str:
    """Return why the rows are taken for one cluster."""
    return (
        f"No clear clusters: even the best cut, into {best} with separation "
        f"{evidence.separations[best - 2]:.2f}, shows hardly more than one of a cloud without clusters"
    )


def _separation_in_words(separation: float) -> str:
    if separation >= APART:
        word = "far apart" if separation >= SEPARATED else "apart"
        return f"Clusters lie {word}: separation {separation:.2f}"
    return f"Clusters touch: separation {separation:.2f}"


def _peaks_in_words(evidence: Evidence, n_clusters: int) -> str | None:
    ratio = float(evidence.peak_ratios[n_clusters - 2])
    if ratio < CLEAR_PEAKS and n_clusters != evidence.n_peaks:
        return None
    far = "far more than" if ratio >= LARGEST_PEAK_RATIO else f"{ratio:.1f} times as far as"
    return f"Rows crowd at {n_clusters} peaks of density, which stand out {far} the next"


def _sources_in_words(indices: dict[str, float], clusters: str) -> str | None:
    """Return which sources give ``clusters``, with their adjusted Rand indices."""
    if not indices:
        return None
    names = " and ".join(indices)
    figures = " and ".join(f"{max(index, 0.0):.2f}" for index in indices.values())
    return f"{names[0].upper()}{names[1:]} give {clusters} clusters: agreement {figures}"


def _conductance_in_words(conductance: float) -> str | None:
    if conductance > CLOSED:
        return None
    return f"At most {np.ceil(conductance * 1000) / 10:.1f} % of a cluster's affinity leaves it"
