"""Rate limits: who may ask how often, counted in Redis for all servers or in this process alone."""
