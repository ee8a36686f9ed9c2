"""``python -m fiedler.cli``, the same as ``fiedler``."""

from fiedler.cli import main

main()
