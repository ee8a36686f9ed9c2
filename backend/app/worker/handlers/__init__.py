"""What children compute, one module a kind of job: the only place of the service that runs the engine."""
