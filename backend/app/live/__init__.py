"""Live progress: hints between processes, and the WebSocket they feed."""
