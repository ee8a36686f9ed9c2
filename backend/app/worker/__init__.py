"""The worker: claims jobs, runs each in a child process of its own, writes what comes of it."""
