"""The version of the service; a test holds it equal to the engine's, which the API must not import."""

VERSION = "0.1.0"
