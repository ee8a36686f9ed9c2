"""After warming, questions about stored arrays compile nothing."""

import numpy as np
import pytest
from explanation_data import blobs, coded_of, embedding_of

from fiedler.explanation import code_kernels, row_kernels
from fiedler.explanation.clusters import explain_cluster
from fiedler.explanation.codes import code_features
from fiedler.explanation.comparison import compare_rows
from fiedler.explanation.margins import embedded_clusters
from fiedler.explanation.members import cluster_members
from fiedler.explanation.rows import explain_row
from fiedler.explanation.warm import warm_explanations

KERNELS = [
    code_kernels.cell_of,
    code_kernels.code_rows,
    code_kernels.count_codes,
    code_kernels.count_jointly,
    code_kernels.count_pairs,
    row_kernels.scan_rows,
]


@pytest.mark.parametrize("mode", ["r", "c"])
@pytest.mark.parametrize("largest", [1_000, 1_000_000])
def test_nothing_is_compiled_for_stored_arrays(tmp_path, mode, largest):
    warm_explanations()
    known = [list(kernel.signatures) for kernel in KERNELS]
    assert all(known)
    points, labels = blobs([400, 300, 200])
    written = coded_of(points)
    np.save(tmp_path / "features.npy", written.features)
    np.save(tmp_path / "labels.npy", labels)
    features = np.load(tmp_path / "features.npy", mmap_mode=mode)
    columns = [each.column for each in written.columns]
    coded = code_features(features, columns, missing={0: labels == 1}, largest=largest, n_threads=1)
    members = cluster_members(np.load(tmp_path / "labels.npy", mmap_mode=mode))
    embedded = embedded_clusters(embedding_of(labels, 3), members)
    explain_cluster(coded, members, 0, embedded)
    explain_row(coded, members, 0, embedded)
    compare_rows(coded, np.arange(10), np.arange(50, 90))
    assert [list(kernel.signatures) for kernel in KERNELS] == known
