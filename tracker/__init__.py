"""The tracker: a strategy's promises as an append-only record, and everything that is read from it.

Start with `strategies` (the record and its rules), then `site` and `web` (how pages are kept and served);
`app`, `cli` and `worker` put them together. README.md has the map.
"""

__version__ = "0.1.0"
