"""Sweeps from the command line: ``python -m app sweep …``."""

from __future__ import annotations

import csv
import json
import sys
import time
from typing import Annotated, Any, cast, get_args

import sqlalchemy as sa
import typer
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.auth.accounts import AccountError
from app.datasets.models import Dataset
from app.errors import NotFoundError
from app.existing_database import existing_database
from app.jobs.models import FINAL_STATUSES, SWEEP, ClusteringJob
from app.live.hints import open_hints
from app.settings import get_settings
from app.sweeps.schemas import Criterion, SweepMetrics, SweepRead, SweepRequest, SweepRunRead
from app.sweeps.service import ask_for_sweep, read_sweep
from app.users.commands import refusals_as_messages, user_named
from app.users.models import User

sweep = typer.Typer(
    no_args_is_help=True,
    help="Cluster a dataset with every combination of some values, and compare the runs.",
)
Number = Annotated[int, typer.Argument(help="Of the sweep, as `sweep start` prints it.")]
POLL_SECONDS = 1.0


@sweep.command()
def start(
    dataset: Annotated[int, typer.Argument(help="The dataset's number, as in the page's address.")],
    grid: Annotated[
        list[str], typer.Option(help="A parameter and its values: n_neighbors=5,10,20; may be repeated.")
    ],
    also: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter of all runs: preset=fast; may be repeated.")
    ] = None,
    criterion: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(Criterion))}.")] = "silhouette",
    user: Annotated[
        str | None, typer.Option(help="Whose sweep it is; default: the dataset's owner's.")
    ] = None,
    wait: Annotated[bool, typer.Option("--watch", help="Wait until it has ended.")] = False,
) -> None:
    """Queue a clustering for every combination and print the sweep's number."""
    settings, database = get_settings(), existing_database()
    with refusals_as_messages():
        request = _request(dataset, grid, also or [], criterion)
        with database.write() as session:
            asking = user_named(session, user) if user else _owner(session, dataset)
            asked = ask_for_sweep(
                session,
                open_hints(settings, database),
                settings,
                asking,
                request,
                idempotency_key=None,
                request_id=None,
            )
    sys.stdout.write(f"{asked.job.id}\n")
    if wait:
        watch(asked.job.id)


@sweep.command()
def watch(number: Number) -> None:
    """Tell how far a sweep is until it has ended, then print its table; fails as the sweep does."""
    database = existing_database()
    told = ""
    while True:
        with refusals_as_messages(), database.read() as session:
            found = _read(session, number)
        if found.job.message != told:
            told = found.job.message
            sys.stderr.write(f"{told}\n")
        if found.job.status in FINAL_STATUSES:
            break
        time.sleep(POLL_SECONDS)
    _print(found, None)
    if found.job.status != "succeeded":
        raise SystemExit(1)


@sweep.command()
def table(
    number: Number,
    sort: Annotated[
        str | None, typer.Option(help="A column to sort by; default: the order of the grid.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Print the runs of a sweep as they stand; a star marks the best."""
    with refusals_as_messages(), existing_database().read() as session:
        found = _read(session, number)
        _print(found, sort, as_csv=as_csv)


def _request(dataset: int, grid: list[str], also: list[str], criterion: str) -> SweepRequest:
    values = {name: [_value(part) for part in text.split(",")] for name, text in map(_named, grid)}
    shared = {name: _value(text) for name, text in map(_named, also)}
    try:
        return SweepRequest(
            dataset_id=dataset, grid=values, parameters=shared, criterion=cast(Criterion, criterion)
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise AccountError(f"{where}: {first['msg']}") from error


def _named(given: str) -> tuple[str, str]:
    name, is_given, text = given.partition("=")
    if not is_given or not name.strip() or not text.strip():
        raise AccountError(f"{given!r} is no parameter with values; write n_neighbors=5,10,20")
    return name.strip(), text


def _value(text: str) -> Any:
    """Return a number, true, false or null as JSON writes them, and any other text as it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()


def _owner(session: Session, dataset_id: int) -> User:
    owner = session.scalar(
        sa.select(User).join(Dataset, Dataset.user_id == User.id).where(Dataset.id == dataset_id)
    )
    if owner is None:
        raise NotFoundError(f"There is no dataset {dataset_id}.")
    return owner


def _read(session: Session, number: int) -> SweepRead:
    job = session.get(ClusteringJob, number)
    if job is None or job.kind != SWEEP:
        raise NotFoundError(f"There is no sweep {number}.")
    return read_sweep(session, session.get_one(User, job.user_id), number)


def _print(found: SweepRead, sort: str | None, *, as_csv: bool = False) -> None:
    names = [*found.grid, "k", *SweepMetrics.model_fields, "seconds", "status", "run"]
    if sort is not None and sort not in names:
        raise AccountError(f"There is no column {sort!r}; there are {', '.join(names)}.")
    rows = [_row(found, run) for run in found.runs]
    if sort is not None:
        # Runs without the figure come last, whatever it is.
        rows.sort(key=lambda row: (row[sort] is None, row[sort] if row[sort] is not None else 0))
    lines = [[_text(row[name]) for name in names] for row in rows]
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *lines])
        return
    widths = [max(len(line[place]) for line in [names, *lines]) for place in range(len(names))]
    for line in [names, *lines]:
        padded = [text.rjust(width) for text, width in zip(line, widths, strict=True)]
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _row(found: SweepRead, run: SweepRunRead) -> dict[str, Any]:
    metrics = run.metrics.model_dump() if run.metrics is not None else {}
    is_best = run.run_id is not None and run.run_id == found.best_run_id
    return {
        **run.point,
        "k": run.n_clusters,
        **{name: metrics.get(name) for name in SweepMetrics.model_fields},
        "seconds": run.seconds,
        "status": run.status,
        "run": f"{run.run_id}{'*' if is_best else ''}" if run.run_id is not None else None,
    }


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
