"""Where rows come from when a table need not fit in memory: arrays, files, Arrow, read block by block."""

from fiedler.sources.opening import open_source
from fiedler.sources.protocol import RowSource

__all__ = ["RowSource", "open_source"]
