"""The service: users, datasets, jobs, runs and their live progress."""
