"""What each column of a table is: its numbers, and the role it should play, with the reason."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from fiedler.tables.notes import Note, plural
from fiedler.tables.plan import ColumnType, Role

_ID_NAME = re.compile(
    r"(?i)(^|[^a-z])(id|ids|uuid|guid|key|index|idx|no|nr|rec ?num|row ?num|number|code)$|^id($|[^a-z])"
)
_ID_SUFFIX = re.compile(r"[a-z](ID|Id)$|^(?i:rec_?num|row_?(id|no|num|number|name|index)|record_?number)$")
_INDEX_NAME = re.compile(r"(?i)^(unnamed: ?[0-9]+|column_[0-9]+|index|row|row_?name|node)")
_LABEL_NAME = re.compile(
    r"(?i)^(class|label|target|y|species|variety|cluster|category|diagnosis|outcome|group|truth|ground_?truth)s?$"
)
_CLOCK = r"^[0-9]{1,2}[:.][0-9]{2}([:.][0-9]{2})?$"
_MOST_LABELS = 50
_MOST_NUMBERED_LABELS = 10
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column of an imported table.

    Parameters
    ----------
    name : str
    type : {"integer", "float", "boolean", "text", "datetime"}
    missing, distinct : int
        Missing cells, and different values among the others.
    minimum, maximum, mean : float or None
        Of numbers (booleans count as 0 and 1); else None.
    role : {"feature", "label", "identifier", "ignored"}
    role_reason : str
        Why, in words.
    examples : tuple of str
        The first different values.
    """

    name: str
    type: ColumnType
    missing: int
    distinct: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    role: Role
    role_reason: str
    examples: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary."""
        return {**dataclasses.asdict(self), "examples": list(self.examples)}


def profile(
    table: pl.DataFrame, chosen: Mapping[str, Role], dates_unclear: Sequence[str] = ()
) -> tuple[list[ColumnProfile], list[Note]]:
    """Return every column's profile, and notes on what its owner should look at.

    Parameters
    ----------
    table : DataFrame
        Columns of Int64, Float64, Boolean, String or Datetime.
    chosen : mapping of column name to role
        Roles decided by hand.
    dates_unclear : sequence of str
        Columns of texts that are dates of unclear order.
    """
    profiles = [_measured(column) for column in table]
    notes: list[Note] = []
    for i, found in enumerate(profiles):
        role, reason = _role(found, table[found.name], table.height, found.name in dates_unclear)
        if found.name in chosen:
            role, reason = chosen[found.name], "chosen by hand"
        profiles[i] = dataclasses.replace(found, role=role, role_reason=reason)
    profiles = _last_column_label(profiles, chosen)
    profiles = _some_feature(profiles, chosen)
    for found in profiles:
        if found.distinct == 0:
            notes.append(
                Note("empty_column", f"“{found.name}” holds no value and is ignored.", column=found.name)
            )
        notes += _sentinel(found, table[found.name])
    if not any(found.role == "feature" for found in profiles):
        notes.append(
            Note(
                "no_numeric_column",
                "No column of numbers to cluster by: clustering needs at least one. "
                "Check the delimiter, the decimal sign and the words for missing values in the "
                "import settings.",
            )
        )
    return profiles, notes


def _measured(column: pl.Series) -> ColumnProfile:
    values = column.drop_nulls()
    missing = column.len() - values.len()
    kind = _type(column.dtype)
    minimum = maximum = mean = None
    if kind in ("integer", "float", "boolean") and not values.is_empty():
        numbers = values.cast(pl.Float64)
        minimum, maximum, mean = (_finite(value) for value in (numbers.min(), numbers.max(), numbers.mean()))
    # The first rows show enough different values; a full pass costs more than it tells.
    shown = values.head(1_000).unique(maintain_order=True).head(_EXAMPLES)
    return ColumnProfile(
        column.name,
        kind,
        missing,
        values.n_unique(),
        minimum,
        maximum,
        mean,
        "feature",
        "",
        tuple(_shown(value) for value in shown),
    )


def _type(dtype: pl.DataType) -> ColumnType:
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "float"
    if dtype == pl.Boolean():
        return "boolean"
    return "datetime" if dtype.is_temporal() else "text"


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _role(found: ColumnProfile, column: pl.Series, n_rows: int, is_unclear_date: bool) -> tuple[Role, str]:
    present = n_rows - found.missing
    if not present:
        return "ignored", "holds no value"
    if found.type == "datetime" or is_unclear_date:
        return "ignored", "dates are not clustered by"
    if found.type == "text":
        return _text_role(found, column, present)
    if found.distinct == 1 and n_rows > 1:
        return "ignored", f"every value is {found.examples[0]}"
    if found.type == "integer" and not found.missing and _is_identifier(found, column, n_rows):
        return (
            "identifier",
            "a different whole number in every row, called like an identifier or counting the rows",
        )
    if found.type != "float" and _LABEL_NAME.match(found.name) and found.distinct <= _MOST_LABELS:
        return "label", f"{found.distinct} values, called like a label"
    return "feature", "numbers"


def _text_role(found: ColumnProfile, column: pl.Series, present: int) -> tuple[Role, str]:
    if column.drop_nulls().head(1_000).str.contains(_CLOCK).all():
        return "ignored", "times of day are not clustered by"
    if found.distinct <= min(_MOST_LABELS, max(2, present // 2)):
        return "label", plural(found.distinct, "different text")
    if found.distinct >= 0.9 * present:
        return "identifier", "a different text in nearly every row"
    return "ignored", f"text with {found.distinct:,} different values"


def _is_identifier(found: ColumnProfile, column: pl.Series, n_rows: int) -> bool:
    if found.distinct != n_rows or n_rows < 3:
        return False
    if bool((column.diff().drop_nulls() == 1).all()) and (
        n_rows >= 10 or _INDEX_NAME.match(found.name) is not None
    ):
        return True
    return _ID_NAME.search(found.name) is not None or _ID_SUFFIX.search(found.name) is not None


def _last_column_label(profiles: list[ColumnProfile], chosen: Mapping[str, Role]) -> list[ColumnProfile]:
    """Take a last column of a few counted values beside columns of fractions for a label."""
    last = profiles[-1]
    others = [found for found in profiles[:-1] if found.role == "feature"]
    if last.name in chosen or last.role != "feature" or last.type != "integer" or last.missing:
        return profiles
    if (
        last.minimum not in (0.0, 1.0)
        or last.maximum is None
        or not 2 <= last.distinct <= _MOST_NUMBERED_LABELS
    ):
        return profiles
    counts_up = last.maximum - last.minimum == last.distinct - 1
    fractions = sum(found.type == "float" for found in others)
    if not counts_up or any(found.role == "label" for found in profiles) or fractions <= 0.7 * len(others):
        return profiles
    if re.match(r"^column_[0-9]+$", last.name) is None:
        return profiles
    reason = f"the last column holds {last.distinct} whole numbers beside columns of fractions"
    return [*profiles[:-1], dataclasses.replace(last, role="label", role_reason=reason)]


def _some_feature(profiles: list[ColumnProfile], chosen: Mapping[str, Role]) -> list[ColumnProfile]:
    """Keep numbers as features when nothing else is left, such as in a table of one column."""
    if any(found.role == "feature" for found in profiles):
        return profiles
    return [
        dataclasses.replace(found, role="feature", role_reason="the only numbers in the table")
        if found.type in ("integer", "float") and found.distinct > 1 and found.name not in chosen
        else found
        for found in profiles
    ]


def _sentinel(found: ColumnProfile, column: pl.Series) -> list[Note]:
    """Report an extreme value that comes often and lies far from all others, such as -200 or 9999."""
    if found.type not in ("integer", "float") or found.distinct < 10:
        return []
    values = column.drop_nulls()
    for extreme, is_low in ((found.minimum, True), (found.maximum, False)):
        if extreme is None or extreme != round(extreme) or abs(extreme) < 9:
            continue
        count = int((values == extreme).sum())
        rest = values.filter(values != extreme)
        nearest = float(rest.min() if is_low else rest.max())  # type: ignore[arg-type]
        spread = abs(float(rest.quantile(0.95) or 0) - float(rest.quantile(0.05) or 0))
        if (
            count >= max(5, 0.001 * values.len())
            and abs(extreme - nearest) > max(0.5 * spread, 1.0)
            and (str(abs(int(extreme))).strip("9") == "" or extreme < 0 <= nearest)
        ):
            text = f"{extreme:g}"
            return [
                Note(
                    "possible_missing_value",
                    f"{text} comes {count:,} times in “{found.name}”, far from all other values: if it "
                    f"stands for a missing value, add {text} to the missing values of the import.",
                    column=found.name,
                    count=count,
                )
            ]
    return []
