"""Answers in JSON: of the right shape, or unreadable in words."""

from typing import TypeVar

import msgspec

from tracker.watch.kinds.common import looks_like_html, refuse_status
from tracker.watch.schemas import Answer, Unreadable

ACCEPT = "application/json"
T = TypeVar("T")


def read_json(answer: Answer, shape: type[T]) -> T:
    """What an answer says; raises Unreadable when it is something else."""
    refuse_status(answer)
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except msgspec.ValidationError as error:
        raise Unreadable(f"its JSON is not what it should be: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if looks_like_html(answer):
            raise Unreadable("it is a web page (HTML), not JSON") from error
        raise Unreadable(
            "it is not JSON, or it was cut off" if answer.body.strip() else "its answer is empty"
        ) from error
