"""Lay out a run's rows by a method that is not part of the fit."""

from __future__ import annotations

import json
from typing import Any

from app.worker.artifacts import artifacts_of
from fiedler import pipeline
from fiedler.neighbor_layouts import neighbor_layout


def compute(details: dict[str, Any], progress: pipeline.Progress) -> dict[str, Any]:
    """Return the ``name`` of the layout, its ``layout`` with the artifact's ``key``, and those ``fitted``."""
    store, name = artifacts_of(details), details["layout"]
    fit = pipeline.FitSummary.from_dict(details["summary"])
    key, meta = neighbor_layout(
        fit, name, store, lambda fraction, message: progress("layout", fraction, message)
    )
    fitted = store.existing("layout", fit.artifacts["layout"]) / "meta.json"
    return {
        "name": name,
        "layout": {**meta["layouts"][name], "key": key},
        "fitted": json.loads(fitted.read_text(encoding="utf-8"))["layouts"],
    }
