"""The kinds of work a worker knows: how each is ordered, where it is computed, what it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.worker import orders, outcomes


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of job.

    Parameters
    ----------
    handler : str
        Module with ``compute(details, progress)``, imported by children only.
    prepare : callable
        Fills the order from the database.
    record : callable
        Writes the result, in the transaction that ends the job.
    ahead : str or None
        Module with ``compute(details, progress)`` that the interactive child runs on the result when it has
        nothing else to do, so that what a user asks for next is ready.
    """

    handler: str
    prepare: orders.Prepare
    record: outcomes.Record
    ahead: str | None = None


WORK: Mapping[str, Work] = {
    "import": Work("app.worker.handlers.import_table", orders.order_import, outcomes.record_table),
    "fit": Work(
        "app.worker.handlers.fit", orders.order_fit, outcomes.record_run, "app.worker.handlers.cut_ahead"
    ),
    "recut": Work("app.worker.handlers.recut", orders.order_recut, outcomes.record_cut),
    "explain": Work("app.worker.handlers.explain", orders.order_explanation, outcomes.record_explanation),
    "layout": Work("app.worker.handlers.lay_out", orders.order_layout, outcomes.record_map),
    "export": Work("app.worker.handlers.export", orders.order_export, outcomes.record_export),
    "revise": Work("app.worker.handlers.revise", orders.order_revision, outcomes.record_edit),
}
