"""What the texts of a column could be: counts over all its cells, and the type they decide on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from fiedler.tables.plan import ColumnType, ImportPlan

NUMERIC_SHARE = 0.9
"""A column is numeric when at least this share of its filled cells are numbers; the others are reported."""

_DATE_SAMPLE = 200
DATE_FORMATS = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f"),
    *("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%SZ"),
    *(
        "%Y-%m-%dT%H:%M:%S%.fZ",
        "%Y/%m/%d",
        "%Y/%m/%d %H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%d.%m.%Y",
        "%d.%m.%Y %H:%M",
    ),
    *("%d.%m.%Y %H:%M:%S", "%d/%m/%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y", "%m/%d/%Y %H:%M"),
    *("%m/%d/%Y %H:%M:%S", "%d-%m-%Y", "%d-%m-%Y %H:%M", "%m-%d-%Y", "%m-%d-%Y %H:%M"),
)
STYLES = ("point", "point_thousands", "comma", "comma_thousands")
_POINT_THOUSANDS = r"^[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?$"
_COMMA_THOUSANDS = r"^[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]*)?$"
_WHOLE = r"^[+-]?[0-9]+$"
_INT64_LIMIT = 2.0**63


@dataclass(slots=True)
class Evidence:
    """Counts of a column's cells by what they could be read as.

    Parameters
    ----------
    rows, present : int
        All cells, and those that are neither empty nor a missing value's text.
    integers, infinite, huge, booleans : int
        Whole numbers of 64 bits; texts of infinity or beyond double precision; whole numbers beyond 64
        bits; true and false.
    numbers : dict of style to int
        Finite numbers, by how their decimals and thousands are marked.
    dates : dict of format to int
    """

    rows: int = 0
    present: int = 0
    integers: int = 0
    infinite: int = 0
    huge: int = 0
    booleans: int = 0
    numbers: dict[str, int] = field(default_factory=lambda: {"point": 0})
    dates: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column of texts becomes values.

    Parameters
    ----------
    type : str
        The type of the values.
    style : str
        Of numbers: one of `STYLES`.
    date_format : str or None
    ambiguous_dates : bool
        The texts are dates, but the order of day and month cannot be told: they stay text.
    keeps_huge : bool
        Whole numbers beyond 64 bits are common enough to be meant; else they are taken for errors.
    """

    type: ColumnType
    style: str = "point"
    date_format: str | None = None
    ambiguous_dates: bool = False
    keeps_huge: bool = False


def filled(name: str, nulls: Sequence[str]) -> pl.Expr:
    """Return the column's trimmed texts, null where they are empty or stand for a missing value."""
    text = pl.col(name).str.strip_chars()
    return pl.when((text != "") & ~text.is_in(list(nulls))).then(text)


def in_style(text: pl.Expr, style: str) -> pl.Expr:
    """Return the texts as Python writes numbers, null or unreadable where they do not follow ``style``."""
    if style == "comma":
        return pl.when(~text.str.contains(".", literal=True)).then(text.str.replace(",", ".", literal=True))
    if style == "point_thousands":
        return pl.when(text.str.contains(_POINT_THOUSANDS)).then(text.str.replace_all(",", "", literal=True))
    if style == "comma_thousands":
        plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return pl.when(text.str.contains(_COMMA_THOUSANDS)).then(plain)
    return text


def parsed_date(text: pl.Expr, date_format: str) -> pl.Expr:
    """Return the texts as times without a zone, null where they do not follow ``date_format``."""
    return text.str.to_datetime(date_format, strict=False, time_unit="us")


def is_boolean(text: pl.Expr) -> pl.Expr:
    """Return whether each text says true or false."""
    return text.str.to_lowercase().is_in(["true", "false"])


def is_huge(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    """Return whether each text is a whole number that 64 bits cannot hold."""
    return (number.abs() >= _INT64_LIMIT) & number.is_finite() & text.str.contains(_WHOLE)


class Gatherer:
    """Gathers the evidence of every column of texts, frame by frame.

    Parameters
    ----------
    nulls : sequence of str
        Texts that stand for a missing value.

    Attributes
    ----------
    evidence : dict of column name to Evidence
    rows : int
    """

    def __init__(self, nulls: Sequence[str]) -> None:
        self._nulls = nulls
        self.evidence: dict[str, Evidence] = {}
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Count a frame's cells; the first frame says what is worth counting in the others."""
        is_first = not self.rows
        self.rows += frame.height
        if not frame.height:
            return
        if is_first:
            named = [name for name, dtype in frame.schema.items() if dtype == pl.String()]
            self.evidence = {name: Evidence() for name in named}
        if not self.evidence:
            return
        texts = frame.select(filled(name, self._nulls).alias(name) for name in self.evidence)
        _count_numbers(texts, self.evidence)
        if is_first:
            _propose_others(texts, self.evidence)
        _count_others(texts, self.evidence)


def _count_numbers(texts: pl.DataFrame, evidence: dict[str, Evidence]) -> None:
    # Whole frames at once, step by step: one query of five expressions a column takes seconds to plan.
    every = pl.all()
    numbers = texts.select(every.cast(pl.Float64, strict=False))
    present = texts.select(every.count()).row(0)
    integers = texts.select(every.cast(pl.Int64, strict=False).count()).row(0)
    finite = numbers.select(every.is_finite().sum()).row(0)
    infinite = numbers.select((every.is_infinite() | every.is_nan()).sum()).row(0)
    large = numbers.select((every.abs() >= _INT64_LIMIT).sum()).row(0)
    for i, (name, found) in enumerate(evidence.items()):
        found.rows += texts.height
        found.present += present[i]
        found.integers += integers[i]
        found.infinite += infinite[i]
        found.numbers["point"] += finite[i]
        if large[i]:
            huge = is_huge(pl.col(name), pl.col(name).cast(pl.Float64, strict=False))
            found.huge += int(texts.select(huge.sum()).item())


def _propose_others(texts: pl.DataFrame, evidence: dict[str, Evidence]) -> None:
    """Add the styles and date formats worth counting, by the columns that are not plain numbers."""
    for name, found in evidence.items():
        if found.present and found.numbers["point"] + found.infinite == found.present:
            continue
        column = texts[name].drop_nulls()
        sample = column.head(_DATE_SAMPLE)
        if column.is_empty() or column.str.contains(r"[0-9],[0-9]").any():
            found.numbers |= dict.fromkeys(STYLES[1:], 0)
        if sample.is_empty() or not sample.str.contains(r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}").any():
            continue
        for date_format in DATE_FORMATS:
            if sample.to_frame("text").select(parsed_date(pl.col("text"), date_format)).to_series().count():
                found.dates[date_format] = 0


def _count_others(texts: pl.DataFrame, evidence: dict[str, Evidence]) -> None:
    expressions = []
    for i, (name, found) in enumerate(evidence.items()):
        if found.present and found.numbers["point"] + found.infinite == found.present:
            continue
        text = pl.col(name)
        expressions.append(is_boolean(text).sum().alias(f"{i} booleans"))
        for style in list(found.numbers)[1:]:
            number = in_style(text, style).cast(pl.Float64, strict=False)
            expressions.append(number.is_finite().sum().alias(f"{i} {style}"))
        expressions += [
            parsed_date(text, date_format).is_not_null().sum().alias(f"{i} {date_format}")
            for date_format in found.dates
        ]
    if not expressions:
        return
    counts = texts.select(expressions).row(0, named=True)
    for i, found in enumerate(evidence.values()):
        found.booleans += counts.get(f"{i} booleans", 0)
        for style in list(found.numbers)[1:]:
            found.numbers[style] += counts.get(f"{i} {style}", 0)
        for date_format in found.dates:
            found.dates[date_format] += counts.get(f"{i} {date_format}", 0)


def decide(name: str, found: Evidence, plan: ImportPlan) -> Reading:
    """Return how a column is read: as its owner said, else as its cells say."""
    order = STYLES if plan.decimal == "." else (*STYLES[2:], *STYLES[:2])
    style = max((each for each in order if each in found.numbers), key=lambda each: found.numbers[each])
    wanted = plan.column_types.get(name)
    keeps_huge = found.huge > (1 - NUMERIC_SHARE) * found.present
    dates = [each for each, count in found.dates.items() if count and count == max(found.dates.values())]
    if wanted is not None:
        date_format = dates[0] if dates else DATE_FORMATS[0]
        return Reading(wanted, style, date_format if wanted == "datetime" else None, keeps_huge=keeps_huge)
    if not found.present:
        return Reading("text")
    if found.booleans == found.present:
        return Reading("boolean")
    if found.numbers[style] + found.infinite >= NUMERIC_SHARE * found.present:
        whole = (
            style == "point" and not keeps_huge and 0 < found.integers == found.numbers[style] - found.huge
        )
        return Reading("integer" if whole else "float", style, keeps_huge=keeps_huge)
    if dates and found.dates[dates[0]] == found.present:
        return (
            Reading("text", ambiguous_dates=True)
            if _ambiguous(dates)
            else Reading("datetime", date_format=dates[0])
        )
    return Reading("text")


def _ambiguous(formats: Sequence[str]) -> bool:
    """Whether both day-month and month-day fit every cell."""
    starts = {each[:2] for each in formats}
    return {"%d", "%m"} <= starts
