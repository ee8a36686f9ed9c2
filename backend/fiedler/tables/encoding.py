"""From a file's bytes to UTF-8 text in blocks: compression, encoding, line ends."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from fiedler.errors import TableError
from fiedler.tables.limits import check_ratio

BLOCK_BYTES = 16 * 2**20
MAX_DECOMPRESSED_BYTES = 8 * 2**30
_SAMPLE_BYTES = 2**18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = frozenset(
    "àâäáãåæçéèêëîïíìñôöóòõøœßùûüúÿýþðÀÂÄÁÃÅÆÇÉÈÊËÎÏÍÌÑÔÖÓÒÕØŒÙÛÜÚÝ°€£§«»–—‘’“”…·²³µ½¿¡ºª®©™\xa0×±"
)
_FOREIGN_RUN = re.compile(r"[^\x00-\x7f]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LONE_RETURN = re.compile(rb"\r(?!\n)")


def open_bytes(path: Path, compression: str | None) -> IO[bytes]:
    """Open a file for reading its bytes, decompressed."""
    return gzip.open(path, "rb") if compression == "gzip" else path.open("rb")  # type: ignore[return-value]


def byte_blocks(
    path: Path,
    compression: str | None,
    *,
    block_bytes: int = BLOCK_BYTES,
    limit_bytes: int = MAX_DECOMPRESSED_BYTES,
) -> Iterator[bytes]:
    """Yield a file's decompressed bytes in blocks.

    Raises
    ------
    TableError
        The compressed data is damaged (``damaged_file``) or unpacks to more than ``limit_bytes``
        (``too_large_unpacked``).
    """
    total = 0
    packed = path.stat().st_size
    try:
        with open_bytes(path, compression) as stream:
            while block := stream.read(block_bytes):
                total += len(block)
                if compression and total > limit_bytes:
                    raise TableError(
                        "too_large_unpacked",
                        f"The compressed file unpacks to more than {limit_bytes:,} bytes.",
                        "Upload fewer rows or columns at a time.",
                    )
                if compression:
                    check_ratio(packed, total)
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(
            "damaged_file",
            f"The compressed file cannot be unpacked after {total:,} bytes ({error}).",
            "Compress it again, or upload it uncompressed.",
        ) from error


def head(path: Path, compression: str | None, size: int = _SAMPLE_BYTES) -> bytes:
    """Return a file's first bytes, decompressed."""
    return next(byte_blocks(path, compression, block_bytes=size), b"")


def detect_encoding(path: Path, compression: str | None) -> str:
    """Return the encoding of a text file: its mark, else strict UTF-8 over the whole file, else a guess.

    Raises
    ------
    TableError
        The bytes are no text in any encoding (``not_a_table``).
    """
    start = head(path, compression)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if unmarked := _unmarked_utf16(start):
        return unmarked
    refuse_binary(start)
    decoder = codecs.getincrementaldecoder("utf-8")()
    foreign = b""
    for block in byte_blocks(path, compression):
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            # The guess needs to see the lines that are not ASCII; the start of a file often has none.
            foreign = b"\n".join(line for line in block.splitlines() if not line.isascii())[:_SAMPLE_BYTES]
            break
    else:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            foreign = start
    return _guess(foreign) if foreign else "utf-8"


def _unmarked_utf16(start: bytes) -> str | None:
    """Return the byte order when every second byte is zero, as in UTF-16 of Latin text."""
    if len(start) < 4:
        return None
    even, odd = start[0::2], start[1::2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def refuse_binary(start: bytes) -> None:
    """Raise ``not_a_table`` for bytes that are no text."""
    controls = len(_CONTROLS.findall(start))
    if start and (b"\0" in start or controls > 0.01 * len(start)):
        raise TableError(
            "not_a_table",
            f"The file holds binary data, not a table of text ({controls:,} of its first {len(start):,} "
            "bytes are control characters).",
            "Upload CSV, TSV, Excel (.xlsx), Parquet or JSON.",
        )


def _guess(foreign: bytes) -> str:
    try:
        western = foreign.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    others = {character for character in western if not character.isascii()}
    # Byte statistics confuse the Western and Central European pages on short samples: letters of Western
    # languages only, and scattered as accents are, are the better evidence.
    runs = [len(run) for run in _FOREIGN_RUN.findall(western)]
    is_scattered = sum(length > 2 for length in runs) <= 0.1 * len(runs)
    if western and is_scattered and len(others - _WESTERN) <= 0.1 * len(others):
        return "cp1252"
    best = from_bytes(foreign).best()
    return best.encoding if best is not None else "latin-1"


class TextBlocks:
    """A text file as blocks of UTF-8 bytes with Unix line ends; iterable more than once.

    Parameters
    ----------
    path : Path
    encoding : str
    compression : {"gzip"} or None
    block_bytes : int
        Read at a time.

    Attributes
    ----------
    replaced : int
        Byte sequences of the last pass that the encoding has no character for (read as U+FFFD).
    """

    def __init__(
        self, path: Path, encoding: str, compression: str | None, block_bytes: int = BLOCK_BYTES
    ) -> None:
        self._path = path
        self._encoding = encoding
        self._compression = compression
        self._block_bytes = block_bytes
        self.replaced = 0

    def __iter__(self) -> Iterator[bytes]:
        self.replaced = 0
        held = b""
        for block in self._decoded():
            text = held + block
            # A return at the very end may be half of "\r\n": it waits for the next block.
            held = b"\r" if text.endswith(b"\r") else b""
            yield unix_lines(text[: len(text) - len(held)])
        if held:
            yield b"\n"

    def _decoded(self) -> Iterator[bytes]:
        name = codecs.lookup(self._encoding).name
        plain = name in ("utf-8", "ascii")
        decoder = codecs.getincrementaldecoder("utf-8-sig" if plain else self._encoding)("replace")
        for block in byte_blocks(self._path, self._compression, block_bytes=self._block_bytes):
            if plain and block.isascii() and not decoder.getstate()[0]:
                yield block
                continue
            yield self._utf8(decoder.decode(block))
        yield self._utf8(decoder.decode(b"", final=True))

    def _utf8(self, text: str) -> bytes:
        self.replaced += text.count("\ufffd")
        return text.encode("utf-8", "replace")


def unix_lines(text: bytes) -> bytes:
    """Return ``text`` with every kind of line end as a line feed."""
    if b"\r" not in text:
        return text
    return _LONE_RETURN.sub(b"\n", text.replace(b"\r\n", b"\n"))
