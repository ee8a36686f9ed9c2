"""Answers in the Arrow IPC stream format: written batch by batch, never as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
from fastapi.responses import StreamingResponse

ARROW_STREAM = "application/vnd.apache.arrow.stream"
ARROW_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An Arrow IPC stream.",
        "content": {ARROW_STREAM: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Chunks:
    """A file to write to, whose bytes are taken out piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> int:
        """Keep a copy of ``data``."""
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: whoever writes also takes."""

    def close(self) -> None:
        """Accept no more bytes."""
        self.closed = True

    def take(self) -> bytes:
        """Return what was written since the last call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def stream_batches(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Yield the bytes of an Arrow IPC stream, one piece for each batch."""
    chunks = Chunks()
    with pa.PythonFile(chunks, mode="w") as sink:
        with pa.ipc.new_stream(sink, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                yield chunks.take()
        yield chunks.take()


def arrow_response(
    schema: pa.Schema, batches: Iterable[pa.RecordBatch], headers: dict[str, str] | None = None
) -> StreamingResponse:
    """Return a response that streams ``batches``."""
    return StreamingResponse(stream_batches(schema, batches), media_type=ARROW_STREAM, headers=headers)
