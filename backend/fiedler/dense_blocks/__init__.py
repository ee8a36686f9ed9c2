"""Blocks of dense arithmetic against the array API standard, so that a GPU's library runs them.

They do what the compiled kernels of `fiedler.landmarks` do on a processor, for any library of the standard.
"""

from fiedler.dense_blocks.device import ArrayDevice, Device, find_device

__all__ = ["ArrayDevice", "Device", "find_device"]
