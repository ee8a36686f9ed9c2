"""What people let each other see and change."""
