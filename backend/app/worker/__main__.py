"""``python -m app.worker``: run a worker until it is told to stop."""

from app.worker.entry import main

main()
