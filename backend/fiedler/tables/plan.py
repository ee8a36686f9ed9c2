"""The import plan: every choice made in reading a file, shown to its owner and open to correction."""

from __future__ import annotations

import codecs
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from fiedler.errors import TableError

Format = Literal["delimited", "excel", "json", "json_lines", "parquet"]
ColumnType = Literal["integer", "float", "boolean", "text", "datetime"]
Role = Literal["feature", "label", "identifier", "ignored"]

WHITESPACE = "whitespace"
"""The delimiter that stands for any run of spaces and tabs."""

NULL_VALUES = (
    *("NA", "N/A", "n/a", "na", "#N/A", "<NA>", "NaN", "nan", "NAN", "-nan", "NaT", "null", "NULL", "Null"),
    *("?", "-", "--", ".", "\\N", "(null)", "1.#QNAN", "-1.#IND"),
    *("#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!"),
)
"""Texts read as a missing value, beside the empty cell."""

_REMEDY = "Correct this import setting, or leave it out to have it detected again."


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """How one file is read; `propose_plan` fills it, its owner may change it.

    Parameters
    ----------
    format : str
        What kind of file it is; the settings of the other kinds are not used.
    compression : {"gzip"} or None
    encoding : str
        A codec's name, for text.
    delimiter : str
        One ASCII character, or ``"whitespace"`` for any run of spaces and tabs.
    quote : str or None
        The character around cells that hold a delimiter or a line break.
    decimal : {".", ","}
        The decimal mark tried first; a column that plainly uses the other one is read with that.
    has_header : bool
    header_rows : int
        Lines the header takes (their cells are joined); not used without a header.
    skip_rows : int
        Lines above the header (or the first row), not read.
    skip_after_header : int
        Lines between header and rows, not read as rows.
    null_values : tuple of str
        Texts that stand for a missing value, beside the empty cell.
    sheet : str or None
        The sheet of a workbook; None: the first with cells.
    column_types, column_roles : mapping of column name to type or role
        What was decided by hand instead of by looking at the values.
    """

    format: Format = "delimited"
    compression: Literal["gzip"] | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    decimal: Literal[".", ","] = "."
    has_header: bool = True
    header_rows: int = 1
    skip_rows: int = 0
    skip_after_header: int = 0
    null_values: tuple[str, ...] = NULL_VALUES
    sheet: str | None = None
    column_types: Mapping[str, ColumnType] = field(default_factory=dict)
    column_roles: Mapping[str, Role] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse settings that no file can be read with."""
        _one_of("format", self.format, get_args(Format))
        _one_of("compression", self.compression, ("gzip", None))
        _one_of("decimal", self.decimal, (".", ","))
        for name in ("skip_rows", "skip_after_header", "header_rows"):
            _whole_number(name, getattr(self, name), minimum=1 if name == "header_rows" else 0)
        _one_of("has_header", self.has_header, (True, False))
        if self.delimiter != WHITESPACE and not _is_character(self.delimiter):
            _refuse("delimiter", self.delimiter, f"one ASCII character or {WHITESPACE!r}")
        if self.quote is not None and (not _is_character(self.quote) or self.quote == self.delimiter):
            _refuse("quote", self.quote, "one ASCII character other than the delimiter, or null")
        _known_codec(self.encoding)
        if not all(isinstance(value, str) for value in self.null_values):
            _refuse("null_values", self.null_values, "a list of texts")
        for name, choices in (("column_types", get_args(ColumnType)), ("column_roles", get_args(Role))):
            for column, value in getattr(self, name).items():
                _one_of(f"{name}[{column!r}]", value, choices)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe dictionary that `from_dict` reads back."""
        values = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        values["null_values"] = list(self.null_values)
        values["column_types"] = dict(self.column_types)
        values["column_roles"] = dict(self.column_roles)
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> ImportPlan:
        """Return the plan that ``values`` describes; settings left out keep their defaults.

        Raises
        ------
        TableError
            A setting is unknown, of the wrong type or outside its range (``invalid_plan``).
        """
        known = {each.name for each in dataclasses.fields(cls)}
        for name in sorted(set(values) - known):
            _refuse(name, values[name], f"one of the settings {', '.join(sorted(known))}")
        arguments = dict(values)
        if "null_values" in arguments:
            listed = arguments["null_values"]
            if not isinstance(listed, list | tuple):
                _refuse("null_values", listed, "a list of texts")
            arguments["null_values"] = tuple(listed)
        for name in ("column_types", "column_roles"):
            if not isinstance(arguments.get(name, {}), Mapping):
                _refuse(name, arguments[name], "an object of column names")
        return cls(**arguments)


def _refuse(name: str, value: object, required: str) -> None:
    raise TableError(
        "invalid_plan", f"The import setting {name} is {value!r}; it must be {required}.", _REMEDY
    )


def _one_of(name: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        _refuse(name, value, f"one of {', '.join(map(repr, choices))}")


def _whole_number(name: str, value: object, minimum: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        _refuse(name, value, f"a whole number of at least {minimum}")


def _is_character(value: object) -> bool:
    return isinstance(value, str) and len(value) == 1 and value.isascii() and value not in "\r\n\0"


def _known_codec(encoding: object) -> None:
    try:
        if not isinstance(encoding, str) or not codecs.lookup(encoding)._is_text_encoding:
            raise LookupError
    except LookupError:
        _refuse("encoding", encoding, "the name of a text encoding, such as utf-8 or cp1252")
