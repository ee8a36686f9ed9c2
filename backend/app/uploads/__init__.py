"""Uploads that go on where they broke off: the tus protocol 1.0 (https://tus.io), on any API server."""
