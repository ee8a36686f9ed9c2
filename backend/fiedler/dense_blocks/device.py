"""Where dense blocks run: an array library and one of its devices, or nowhere with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fiedler.parameters import ParameterError

Device = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class ArrayDevice:
    """An array library and the device its arrays live on; pickled by name, None where that is not to be had.

    Attributes
    ----------
    namespace : module
        The functions of the array API standard (2024.12 or later).
    device, host : object
        Where to compute, and where numpy can read arrays, in the library's own terms.
    name : str
        For people, such as ``NVIDIA A100``.
    """

    namespace: Any
    device: Any
    host: Any
    name: str

    def array(self, values: NDArray[Any]) -> Any:
        """Return a copy of the numpy array on the device."""
        return self.namespace.asarray(np.ascontiguousarray(values), device=self.device, copy=True)

    def numpy(self, array: Any) -> NDArray[Any]:
        """Return a copy of the device's array for numpy."""
        from array_api_compat import to_device

        return np.array(np.from_dlpack(to_device(array, self.host)))

    def eigh(self, matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return eigenvalues (p,), ascending, and orthonormal eigenvectors (p, p) of a symmetric matrix."""
        values, vectors = self.namespace.linalg.eigh(self.array(matrix))
        return self.numpy(values), self.numpy(vectors)

    def __reduce__(self) -> tuple[Callable[[], ArrayDevice | None], tuple[()]]:
        """Look for the GPU anew where it is unpickled: a library's handles mean nothing elsewhere."""
        return _gpu_if_any, ()


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """The device found, None for the processor, and in words why a GPU that was asked for is not used."""

    device: ArrayDevice | None
    reason: str | None = None

    @property
    def notes(self) -> list[dict[str, str]]:
        """The reason, for the reader of a result; empty without one."""
        return [] if self.reason is None else [{"code": "no_gpu", "message": self.reason}]


def find_device(wanted: Device, *, of_use: bool = True) -> DeviceChoice:
    """Return the device asked for; without a GPU the processor, and the reason.

    Parameters
    ----------
    wanted : {"cpu", "cuda"}
        "cuda" is the first GPU that PyTorch sees, also one of another make that it runs under that name.
    of_use : bool
        False: the work has no use for a GPU, so none is looked for.

    Raises
    ------
    ParameterError
        Any other value.
    """
    if wanted not in get_args(Device):
        choices = " or ".join(map(repr, get_args(Device)))
        raise ParameterError(f"device is {wanted!r}; it must be {choices}.")
    if wanted == "cpu" or not of_use:
        return DeviceChoice(None)
    try:
        import torch
        from array_api_compat import torch as namespace
    except ImportError as error:
        missing = f"{error.name or error} is not installed; install fiedler with its extra 'gpu'"
        return DeviceChoice(None, f"A GPU was asked for, but {missing}. The processor computed instead.")
    if not torch.cuda.is_available():
        return DeviceChoice(
            None,
            "A GPU was asked for, but PyTorch finds none; check its driver, or that this build of PyTorch is "
            "made for it. The processor computed instead.",
        )
    gpu = ArrayDevice(namespace, torch.device("cuda", 0), torch.device("cpu"), torch.cuda.get_device_name(0))
    return DeviceChoice(gpu)


def _gpu_if_any() -> ArrayDevice | None:
    return find_device("cuda").device
