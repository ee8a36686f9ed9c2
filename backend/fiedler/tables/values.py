"""From texts to values: one expression per column, and a note for every cell that is not kept as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from fiedler.tables import evidence
from fiedler.tables.evidence import Reading
from fiedler.tables.notes import Note, plural, quoted
from fiedler.tables.plan import ImportPlan

_EXAMPLES = 8


@dataclass(slots=True)
class Changes:
    """Cells of one column that were not kept as they were written, by reason: texts and how often."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, texts: pl.Series) -> None:
        """Count the texts under a reason and keep the first few different ones."""
        if texts.is_empty():
            return
        self.counts[reason] = self.counts.get(reason, 0) + texts.len()
        known = self.examples.setdefault(reason, [])
        fresh = [text for text in texts.unique(maintain_order=True).head(_EXAMPLES) if text not in known]
        self.examples[reason] = (known + fresh)[:_EXAMPLES]


class Converter:
    """Turns frames of texts into frames of values.

    Parameters
    ----------
    readings : dict of column name to Reading
    plan : ImportPlan
    """

    def __init__(self, readings: dict[str, Reading], plan: ImportPlan) -> None:
        self._readings = readings
        self._nulls = plan.null_values
        self._changes = {name: Changes() for name in readings}

    def convert(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the values of a frame whose columns of texts are those with a reading."""
        if not self._readings:
            return frame
        texts = frame.select(evidence.filled(name, self._nulls).alias(name) for name in self._readings)
        values = texts.select(
            self._value(pl.col(name), reading).alias(name) for name, reading in self._readings.items()
        )
        for name in self._readings:
            self._record(name, frame[name], texts[name], values[name])
        return frame.with_columns(values)

    def notes(self) -> list[Note]:
        """Return what was changed in all frames so far."""
        return [
            note
            for name, changes in self._changes.items()
            for reason, count in changes.counts.items()
            for note in _notes(name, self._readings[name], reason, count, changes.examples[reason])
        ]

    def _value(self, text: pl.Expr, reading: Reading) -> pl.Expr:
        if reading.type == "text":
            return text
        if reading.type == "boolean":
            lower = text.str.to_lowercase()
            yes, no = lower.is_in(["true", "yes", "1"]), lower.is_in(["false", "no", "0"])
            return pl.when(yes).then(True).when(no).then(False)
        if reading.type == "datetime":
            return evidence.parsed_date(text, reading.date_format or evidence.DATE_FORMATS[0])
        number = evidence.in_style(text, reading.style)
        if reading.type == "integer":
            return number.cast(pl.Int64, strict=False)
        value = number.cast(pl.Float64, strict=False)
        wanted = value.is_finite()
        if not reading.keeps_huge:
            wanted &= ~evidence.is_huge(number, value)
        return pl.when(wanted).then(value)

    def _record(self, name: str, written: pl.Series, text: pl.Series, value: pl.Series) -> None:
        changes, reading = self._changes[name], self._readings[name]
        if text.null_count():
            stripped = written.filter(text.is_null()).str.strip_chars()
            changes.add("missing_text", stripped.filter(stripped != ""))
        if reading.type == "text":
            changes.add("trimmed_text", written.filter((written != text).fill_null(False)))
            return
        if value.null_count() > text.null_count():
            self._record_lost(changes, reading, text.filter(text.is_not_null() & value.is_null()))
        if reading.type == "integer":
            changes.add("leading_zeros", text.filter(text.str.contains(r"^[+-]?0[0-9]").fill_null(False)))

    def _record_lost(self, changes: Changes, reading: Reading, lost: pl.Series) -> None:
        if reading.type not in ("integer", "float"):
            changes.add(f"not_{reading.type}", lost)
            return
        column = pl.col("text")
        plain = evidence.in_style(column, reading.style)
        number = plain.cast(pl.Float64, strict=False)
        reasons = lost.to_frame("text").select(
            column,
            pl.when(number.is_nan() | column.str.to_lowercase().str.contains("inf"))
            .then(pl.lit("infinite_value"))
            .when(number.is_infinite() | evidence.is_huge(plain, number))
            .then(pl.lit("out_of_range"))
            .when(number.is_not_null())
            .then(pl.lit("not_integer"))
            .otherwise(pl.lit("not_a_number"))
            .alias("reason"),
        )
        for reason in reasons["reason"].unique(maintain_order=True):
            changes.add(reason, reasons.filter(pl.col("reason") == reason)["text"])


_MESSAGES = {
    "missing_text": "{cells} in “{name}” stand for a missing value ({examples}).",
    "trimmed_text": "{cells} in “{name}” had spaces around them, which were removed.",
    "not_a_number": "{cells} in “{name}” are not numbers ({examples}) and count as missing.",
    "not_integer": "{cells} in “{name}” are not whole numbers ({examples}) and count as missing.",
    "not_boolean": "{cells} in “{name}” are neither true nor false ({examples}) and count as missing.",
    "not_datetime": "{cells} in “{name}” are not dates ({examples}) and count as missing.",
    "infinite_value": "{cells} in “{name}” are infinite ({examples}) and count as missing.",
    "out_of_range": "{cells} in “{name}” are beyond the range of numbers ({examples}) and count as missing.",
    "leading_zeros": "{cells} in “{name}” have leading zeros ({examples}), which numbers do not keep.",
}


_SINGULAR = (
    (" are not numbers ", " is not a number "),
    (" are not whole numbers ", " is not a whole number "),
    (" are not dates ", " is not a date "),
    (" are ", " is "),
    (" stand ", " stands "),
    (" count ", " counts "),
)


def _notes(name: str, reading: Reading, reason: str, count: int, examples: Sequence[str]) -> list[Note]:
    cells = plural(count, "cell")
    message = _MESSAGES[reason].format(cells=cells, name=name, examples=quoted(list(examples)))
    if count == 1:
        for many, one in _SINGULAR:
            message = message.replace(many, one)
    return [Note(reason, message, column=name, count=count)]


def style_notes(readings: dict[str, Reading], plan: ImportPlan) -> list[Note]:
    """Return notes on columns read with another decimal mark than the plan's, or with thousands marks."""
    notes = []
    for name, reading in readings.items():
        mark = "," if reading.style.startswith("comma") else "."
        if reading.style.endswith("thousands"):
            other = "." if mark == "," else ","
            message = f"“{name}” marks thousands with “{other}” and decimals with “{mark}”."
            notes.append(Note("thousands_mark", message, column=name))
        elif mark == "," and plan.decimal == ".":
            notes.append(Note("decimal_comma", f"“{name}” is read with decimal commas.", column=name))
    return notes
