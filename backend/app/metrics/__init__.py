"""What Prometheus reads: requests of this process, and the state of queue, database and machine."""
