"""What the outside publishes: sources, what was sighted there, and what it looks like evidence for."""
