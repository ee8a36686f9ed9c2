"""What a fit that somebody plans will take: time, memory, and which stage dominates either."""
