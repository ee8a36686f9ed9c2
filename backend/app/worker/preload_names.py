"""How a supervisor tells its forkserver what to load: by these environment variables."""

MODULES_VARIABLE = "FIEDLER_WORKER_PRELOAD"
"""The modules to import, separated by commas."""

WARM_VARIABLE = "FIEDLER_WORKER_WARM"
"""1 to compile the engine's kernels too."""

LOG_VARIABLE = "FIEDLER_WORKER_LOG"
"""Level and form of its log, separated by a space."""
