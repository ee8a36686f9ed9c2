"""Named selections: sets of a table's rows that people return to."""
