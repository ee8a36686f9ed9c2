"""The forecast of a fit: its path, its stages' seconds and its memory, and the refusal of what cannot fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fiedler.errors import MemoryBoundError
from fiedler.forecasting.costs import PARALLEL_SHARES, cpu_seconds
from fiedler.forecasting.machine import MachineSpeed, measure_speed
from fiedler.forecasting.memory import memory_bytes
from fiedler.parameters import ClusteringParameters
from fiedler.policy import choose_path


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a fit is expected to take on a machine, within a factor of two on data of usual kind.

    How long eigenvectors take to converge, and how soon views agree, depends on the data and cannot be known
    before.

    Attributes
    ----------
    n_samples, n_features : int
    method : {"exact", "landmark"}
    consensus : bool
        Whether labels will be those that many views agree on.
    cpu_seconds : dict of str to float
        Processor seconds of each stage of `fiedler.pipeline`, in their order.
    seconds : float
        From beginning to end, on a machine that does nothing else.
    memory_bytes : int
        The most that the fit holds at once, beyond what the process takes with nothing to do.
    """

    n_samples: int
    n_features: int
    method: str
    consensus: bool
    cpu_seconds: dict[str, float]
    seconds: float
    memory_bytes: int

    @property
    def shares(self) -> dict[str, float]:
        """Each stage's share of the whole, adding up to 1."""
        total = sum(self.cpu_seconds.values())
        return {stage: seconds / total for stage, seconds in self.cpu_seconds.items()}

    def check_memory(self, bound: int | None) -> None:
        """Refuse what needs more than ``bound`` bytes; None is no bound.

        Raises
        ------
        MemoryBoundError
            The forecast exceeds the bound.
        """
        if bound is not None and self.memory_bytes > bound:
            remedy = (
                'Use method="landmark", which needs far less'
                if self.method == "exact"
                else "Choose fewer columns, stream the table from its file (fiedler.cluster_stream)"
            )
            raise MemoryBoundError(
                f"{self.n_samples:,} rows of {self.n_features:,} columns need about "
                f"{in_bytes(self.memory_bytes)} of memory, and {in_bytes(bound)} may be used. {remedy}, or "
                f"give the process more memory."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary of the attributes."""
        return {
            "n_samples": self.n_samples,
            "n_features": self.n_features,
            "method": self.method,
            "consensus": self.consensus,
            "cpu_seconds": self.cpu_seconds,
            "seconds": self.seconds,
            "memory_bytes": self.memory_bytes,
        }

    def __str__(self) -> str:
        """Return the forecast in a sentence."""
        return (
            f"About {in_seconds(self.seconds)} ({in_seconds(sum(self.cpu_seconds.values()))} of processor "
            f"time) and {in_bytes(self.memory_bytes)} of memory for {self.n_samples:,} rows of "
            f"{self.n_features:,} columns."
        )


def forecast(
    n_samples: int,
    n_features: int,
    parameters: ClusteringParameters | None = None,
    speed: MachineSpeed | None = None,
) -> Forecast:
    """Return what a fit of a table of this shape will take, without touching any data.

    Parameters
    ----------
    n_samples, n_features : int
        Rows and numeric columns, at least 1.
    parameters : ClusteringParameters, optional
        The defaults when omitted.
    speed : MachineSpeed, optional
        Of the machine that will compute; this one's, measured once, when omitted.

    Raises
    ------
    ValueError
        There is no row or no column.

    Examples
    --------
    >>> from fiedler import forecast
    >>> expected = forecast(1_000_000, 10)
    >>> expected.method
    'landmark'
    >>> expected.memory_bytes < forecast(2_000_000, 10).memory_bytes
    True
    """
    if n_samples < 1 or n_features < 1:
        raise ValueError(f"a table of {n_samples} rows and {n_features} columns; both must be at least 1.")
    parameters = parameters or ClusteringParameters()
    speed = speed or measure_speed()
    choice = choose_path(parameters, n_samples, n_features)
    stages = {
        stage: seconds / speed.relative
        for stage, seconds in cpu_seconds(n_samples, n_features, choice, parameters).items()
    }
    spared = 1 - 1 / speed.n_threads
    wall = sum(seconds * (1 - PARALLEL_SHARES[stage] * spared) for stage, seconds in stages.items())
    return Forecast(
        n_samples=n_samples,
        n_features=n_features,
        method=choice.method,
        consensus=choice.consensus,
        cpu_seconds=stages,
        seconds=wall,
        memory_bytes=memory_bytes(n_samples, n_features, choice, parameters, speed.n_threads),
    )


def in_seconds(seconds: float) -> str:
    """Return a time in words, no finer than it is known."""
    if seconds < 1:
        return "less than a second"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.0f} h"


def in_bytes(size: int) -> str:
    """Return an amount of memory in words, no finer than it is known."""
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"
