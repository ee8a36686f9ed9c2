"""A Python script that makes a run's labels anew with the engine alone, edits and constraints included."""

from __future__ import annotations

import json
import pprint
from typing import Any

from app.runs.models import Partition, Run

_TEMPLATE = '''"""Clusters of {title}, made anew by the library fiedler.

Usage: python {file} TABLE.parquet LABELS.csv

TABLE.parquet is the table as the page exports it ("Parquet"). LABELS.csv gets one line a row: its cluster, or
{excluded} for rows that were excluded.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

import fiedler
from fiedler.parameters import ClusteringParameters
from fiedler.revisions import reproduce

ENGINE_VERSION = {version!r}
PARAMETERS = {parameters}
N_CLUSTERS = {n_clusters}
# What was changed by hand, in order; rows count from 0, a bitmap is base64 of one bit a row.
STEPS = {steps}
# Names given to clusters, by number.
NAMES = {names}


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if fiedler.__version__ != ENGINE_VERSION:
        print(f"fiedler {{fiedler.__version__}} is here, {{ENGINE_VERSION}} made the labels", file=sys.stderr)
    parameters = ClusteringParameters.from_dict(PARAMETERS)
    with tempfile.TemporaryDirectory() as folder:
        labels = reproduce(Path(sys.argv[1]), parameters, N_CLUSTERS, STEPS, Path(folder))
    np.savetxt(sys.argv[2], labels, fmt="%d", header="cluster", comments="")
    for cluster, size in zip(*np.unique(labels, return_counts=True)):
        print(f"{{NAMES.get(int(cluster), 'Cluster ' + str(cluster))}}: {{size}} rows")


if __name__ == "__main__":
    main()
'''


def script(run: Run, partition: Partition, steps: list[dict[str, Any]], title: str, file: str) -> str:
    """Return the text of the script.

    Parameters
    ----------
    steps
        The edits applied, as `fiedler.revisions` takes them.
    title
        What was clustered.
    file
        Name the script is saved under.
    """
    # The columns by name: an exported table has one more.
    parameters = {**run.parameters, "columns": list(run.summary["columns"])}
    names = {cluster["label"]: cluster["name"] for cluster in partition.clusters if cluster.get("name")}
    return _TEMPLATE.format(
        title=json.dumps(title)[1:-1],
        file=file,
        excluded=65_535,
        version=run.summary["engine_version"],
        parameters=_literal(parameters),
        n_clusters=partition.n_clusters,
        steps=_literal(steps),
        names=_literal(names),
    )


def _literal(value: object) -> str:
    # One line for each list of rows, however long: compact beats pretty here.
    return pprint.pformat(value, width=110, compact=True, sort_dicts=False)
