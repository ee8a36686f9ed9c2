"""What the commands share: messages, errors in words, progress, and the number of clusters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from fiedler import progress
from fiedler.errors import FiedlerError
from fiedler.parameters import ClusteringParameters, ParameterError

_BAD_INPUT = 2

_LARGEST_K: int = next(
    field.metadata["maximum"]
    for field in dataclasses.fields(ClusteringParameters)
    if field.name == "max_clusters"
)

_messages = Console(stderr=True)


def read_n_clusters(text: str) -> int | None:
    """Return the number of clusters that ``-k`` names, None for auto.

    Raises
    ------
    ParameterError
        It is no whole number, or out of range.
    """
    if text == "auto":
        return None
    try:
        wanted = int(text)
    except ValueError:
        raise ParameterError(f"-k is {text!r}; it must be a whole number or auto.") from None
    if not 1 <= wanted <= _LARGEST_K:
        raise ParameterError(f"-k is {wanted}; it must lie between 1 and {_LARGEST_K}, or be auto.")
    return wanted


def show(lines: Iterable[str]) -> None:
    """Print lines as they are."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, markup=False)


def say(message: str) -> None:
    """Print a remark beside the output, above the bar while one is shown."""
    _messages.print(message, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Turn what a user can mend into one message and exit code 2."""
    try:
        yield
    except (FiedlerError, ParameterError, OSError) as error:
        _messages.print(f"Error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(_BAD_INPUT) from error


@contextmanager
def progress_bar() -> Iterator[progress.Progress]:
    """Show a bar while something is computed, and yield what tells it (stage, fraction, message)."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=_messages,
        transient=True,
    )
    with bar:
        task = bar.add_task("Starting", total=1.0)
        yield lambda stage, done, text: bar.update(task, completed=done, description=text)
