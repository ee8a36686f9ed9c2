"""The forecast of a fit: its path, its stages' seconds and its memory, and the refusal of what cannot fit."""

from __future__ import annotations

from collections.abc import Mapping
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
    method_reason : str
        Why, in a sentence.
    consensus : bool
        Whether labels will be those that many views agree on.
    cpu_seconds : dict of str to float
        Processor seconds of each stage of `fiedler.pipeline`, or pass of `fiedler.cluster_stream`, in order.
    seconds : float
        From beginning to end, on a machine that does nothing else.
    stage_bytes : dict of str to int
        The most that the stages which hold much hold at once, beyond what the process takes with nothing to
        do. The graph's is counted with the embedding's.
    """

    n_samples: int
    n_features: int
    method: str
    method_reason: str
    consensus: bool
    cpu_seconds: dict[str, float]
    seconds: float
    stage_bytes: dict[str, int]

    @property
    def memory_bytes(self) -> int:
        """The most that the fit holds at once."""
        return max(self.stage_bytes.values())

    @property
    def longest_stage(self) -> str:
        """The stage that takes the most processor time."""
        return max(self.cpu_seconds, key=self.cpu_seconds.__getitem__)

    @property
    def largest_stage(self) -> str:
        """The stage that holds the most memory."""
        return max(self.stage_bytes, key=self.stage_bytes.__getitem__)

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
                f"{self._shape()} need about {in_bytes(self.memory_bytes)} of memory, and "
                f"{in_bytes(bound)} may be used. {remedy}, or give the process more memory."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary of the attributes, and of what dominates."""
        return {
            "n_samples": self.n_samples,
            "n_features": self.n_features,
            "method": self.method,
            "method_reason": self.method_reason,
            "consensus": self.consensus,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "longest_stage": self.longest_stage,
            "memory_bytes": self.memory_bytes,
            "stage_bytes": self.stage_bytes,
            "largest_stage": self.largest_stage,
        }

    def __str__(self) -> str:
        """Return the forecast in a sentence."""
        return (
            f"About {in_seconds(self.seconds)} ({in_seconds(sum(self.cpu_seconds.values()))} of processor "
            f"time) and {in_bytes(self.memory_bytes)} of memory for {self._shape()}."
        )

    def _shape(self) -> str:
        return f"{self.n_samples:,} rows of {self.n_features:,} column{'s' if self.n_features > 1 else ''}"


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
    return Forecast(
        n_samples=n_samples,
        n_features=n_features,
        method=choice.method,
        method_reason=choice.reason,
        consensus=choice.consensus,
        cpu_seconds=stages,
        seconds=wall_seconds(stages, PARALLEL_SHARES, speed.n_threads),
        stage_bytes=memory_bytes(n_samples, n_features, choice, parameters, speed.n_threads),
    )


def wall_seconds(
    cpu_seconds: Mapping[str, float], parallel_shares: Mapping[str, float], n_threads: int
) -> float:
    """Return the seconds from beginning to end of stages, a share of each of which runs in threads."""
    spared = 1 - 1 / n_threads
    return sum(seconds * (1 - parallel_shares[stage] * spared) for stage, seconds in cpu_seconds.items())


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
