"""What users change about a run's clusters: edits, constraints and names, kept as a history."""
