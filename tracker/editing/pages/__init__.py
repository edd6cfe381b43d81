"""Pages of editing: what editors and organisations write, and what the public contests."""

from tracker.editing.pages import contests, entries, home, queue, record, verdicts

ROUTERS = (
    home.router,
    home.auditing,
    queue.router,
    record.router,
    record.writing,
    entries.router,
    verdicts.router,
    contests.public,
    contests.router,
)
