"""Every test draws the same random numbers, whichever others ran before it."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _same_numbers_in_any_order(request):
    generator = getattr(request.module, "RNG", None)
    if generator is not None:
        generator.bit_generator.state = np.random.default_rng(7).bit_generator.state
