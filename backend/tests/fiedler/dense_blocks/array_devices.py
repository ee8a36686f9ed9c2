"""Array libraries to test dense blocks with: the standard's strict one always, PyTorch where installed."""

import importlib.util

import array_api_strict
import pytest

from fiedler.dense_blocks import ArrayDevice


def strict_device():
    """Return the strict library on a device that numpy cannot read: what stays there by mistake fails."""
    host, device = array_api_strict.Device("CPU_DEVICE"), array_api_strict.Device("device1")
    return ArrayDevice(array_api_strict, device, host, "array-api-strict")


def torch_device():
    """Return PyTorch on the processor."""
    import torch
    from array_api_compat import torch as namespace

    return ArrayDevice(namespace, torch.device("cpu"), torch.device("cpu"), "PyTorch on the processor")


DEVICES = [
    pytest.param(strict_device, id="strict"),
    pytest.param(
        torch_device,
        id="torch",
        marks=pytest.mark.skipif(
            importlib.util.find_spec("torch") is None, reason="PyTorch is not installed"
        ),
    ),
]
