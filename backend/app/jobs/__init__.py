"""Work that takes time: the queue, what happened to each job, and how to stop it."""
