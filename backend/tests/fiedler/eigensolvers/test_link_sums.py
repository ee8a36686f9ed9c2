"""The product with a block of vectors, whatever its width: as scipy has it, and only the rows asked for."""

import numpy as np
import pytest
from scipy import sparse

from fiedler.eigensolvers.link_sums import multiply_rows


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("width", [1, 5, 8, 13, 16, 19, 24, 41])
def test_product_is_that_of_scipy(width, dtype):
    generator = np.random.default_rng(width)
    matrix = sparse.random_array((90, 90), density=0.1, format="csr", dtype=dtype, rng=generator)
    # Rows without a link, at the start, between others and at the end.
    matrix = sparse.csr_array(sparse.diags_array((np.arange(90) % 7 > 0).astype(dtype)) @ matrix, dtype=dtype)
    block, subtracted = generator.standard_normal((2, 90, width)).astype(dtype)
    factor, center, share = (dtype(value) for value in (1.5, -0.25, 0.5))
    product = np.full((90, width), 7, dtype)
    arrays = matrix.indptr, matrix.indices, matrix.data, block, subtracted
    multiply_rows(*arrays, (factor, center, share), 10, 80, product)
    expected = factor * (matrix @ block - center * block) - share * subtracted
    np.testing.assert_allclose(product[10:80], expected[10:80], rtol=0, atol=50 * np.finfo(dtype).eps)
    assert (product[:10] == 7).all()
    assert (product[80:] == 7).all()
