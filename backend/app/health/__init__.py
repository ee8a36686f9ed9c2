"""Whether the platform works: its parts, each asked in bounded time, and the workers that are seen."""
