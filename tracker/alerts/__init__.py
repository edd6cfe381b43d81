"""Who asked to hear of what, what is owed to them, and how it gets there exactly once."""
