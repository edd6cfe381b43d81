"""What an action is about, in the words of the version of the question that it was made for."""

from tracker.benchmark.planning.schemas import Planned
from tracker.benchmark.questions import criterion_of
from tracker.errors import NotFound


def title_of(planned: Planned) -> str:
    """The title of its question; "" for one that no file has any more."""
    try:
        return criterion_of(planned.criterion, planned.version).title
    except NotFound:
        return ""
