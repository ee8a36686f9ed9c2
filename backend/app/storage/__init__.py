"""The artifact store: where uploads and results are kept, a folder or a bucket, the same to all who ask."""
