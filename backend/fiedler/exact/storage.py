"""An exact embedding as files: arrays that can be mapped into memory, and a description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fiedler.errors import ArtifactError
from fiedler.exact.extension import ExtensionModel
from fiedler.exact.facts import ExactFacts
from fiedler.exact.graphs import unit_length

FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class StoredParts:
    """What an `ExactEmbedding` is made of, besides its number of threads."""

    vectors: NDArray[np.float32]
    eigenvalues: NDArray[np.float64]
    residual_norms: NDArray[np.float64]
    facts: ExactFacts
    model: ExtensionModel | None


def write_parts(folder: Path, parts: StoredParts) -> None:
    """Write the parts into a folder, made when it is not there, without the features."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "vectors.npy", parts.vectors)
    np.save(folder / "eigenvalues.npy", parts.eigenvalues)
    np.save(folder / "residual_norms.npy", parts.residual_norms)
    np.save(folder / "attached_rows.npy", parts.facts.attached_rows)
    description: dict[str, object] = {"format": FORMAT, "facts": parts.facts.to_dict(), "model": None}
    if parts.model is not None:
        np.save(folder / "distinct_rows.npy", parts.model.rows)
        np.save(folder / "scales.npy", parts.model.scales)
        description["model"] = {
            "affinity": parts.model.affinity,
            "n_neighbors": parts.model.n_neighbors,
            "bandwidth": parts.model.bandwidth,
            "radius": parts.model.radius,
            "metric": parts.model.metric,
        }
    (folder / "exact.json").write_text(json.dumps(description, indent=1, sort_keys=True))


def read_parts(folder: Path, features: NDArray[np.float32] | None) -> StoredParts:
    """Return the parts in a folder, vectors memory-mapped; the model only with (n, d) features.

    Raises
    ------
    ArtifactError
        A file is missing, or written in another format.
    """
    try:
        description = json.loads((folder / "exact.json").read_text())
        if description["format"] != FORMAT:
            raise ArtifactError(
                f"{folder.name} holds an embedding of format {description['format']}; this version reads "
                f"{FORMAT}. Compute it again."
            )
        model = None
        if description["model"] is not None and features is not None:
            rows = np.load(folder / "distinct_rows.npy")
            known = features if len(rows) == len(features) else features[rows]
            cosine = description["model"].get("metric") == "cosine"
            model = ExtensionModel(
                features=unit_length(known) if cosine else known,
                rows=rows,
                scales=np.load(folder / "scales.npy"),
                **description["model"],
            )
        return StoredParts(
            vectors=np.load(folder / "vectors.npy", mmap_mode="r"),
            eigenvalues=np.load(folder / "eigenvalues.npy"),
            residual_norms=np.load(folder / "residual_norms.npy"),
            facts=ExactFacts.from_dict(description["facts"], np.load(folder / "attached_rows.npy")),
            model=model,
        )
    except (OSError, KeyError, ValueError) as error:
        raise ArtifactError(f"{folder.name} holds no complete exact embedding: {error}") from error
