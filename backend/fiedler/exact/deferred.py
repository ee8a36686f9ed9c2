"""An exact embedding that is computed when first looked at: never, where labels come from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fiedler.exact.embedding import ExactEmbedding
from fiedler.progress import Report


class DeferredEmbedding(ExactEmbedding):
    """The embedding that a function will return, asked once and only when something of it is needed.

    Parameters
    ----------
    n_samples : int
        Rows it will have, known before.
    compute : callable
        Returns the `ExactEmbedding`, given a ``progress`` to tell. Kept until it is asked, so that a pickled
        one needs it to be picklable.
    """

    def __init__(self, n_samples: int, compute: Callable[..., object]) -> None:
        # Nothing of what ExactEmbedding sets: what is missing is what is computed.
        self._n_samples = n_samples
        self._compute: Callable[..., object] | None = compute

    def __getattr__(self, name: str) -> Any:
        """Compute the embedding when an attribute of it is missing, and take all it has."""
        if name.startswith("__") or self.__dict__.get("_compute") is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self.compute()
        return getattr(self, name)

    def compute(self, progress: Report | None = None) -> None:
        """Compute it, unless that is done; ``progress`` is told (fraction, message), and may raise."""
        if self._compute is not None:
            self.__dict__.update(vars(self._compute(progress=progress)))
            self._compute = None

    @property
    def n_samples(self) -> int:
        """Number of rows embedded."""
        return self._n_samples

    @property
    def is_computed(self) -> bool:
        """Whether it has been looked at."""
        return self._compute is None
