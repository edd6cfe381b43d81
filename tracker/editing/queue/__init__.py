"""The editor's queue: what was sighted and might be evidence, and what was decided about it."""
