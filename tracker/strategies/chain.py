"""The hash chain: how one change follows from the one before, and where a chain breaks. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from tracker.strategies.facts import full_digest
from tracker.strategies.models import GENESIS, Head, StoredChange


def chain_hash(previous: str, digest: str) -> str:
    """SHA-256 over the previous hash and the body's digest, both as their 32 bytes."""
    return full_digest(bytes.fromhex(previous) + bytes.fromhex(digest))


def chain_problems(rows: Sequence[StoredChange], head: Head) -> Iterator[str]:
    """Where the chain breaks: a sequence with a gap, a changed body, a wrong hash, a tail cut off or added."""
    last = GENESIS
    for number, row in enumerate(rows, start=1):
        if row.seq != number:
            yield f"seq {number} is missing: the next change on record is {row.seq}"
            return
        yield from _row_problems(row)
        try:
            last = chain_hash(last, row.body_digest)
        except ValueError:
            last = ""
        if last != row.hash:
            yield f"seq {row.seq}: the hash does not follow from the one before"
            return
    if (head.seq, head.hash) != (len(rows), last):
        yield f"the head says seq {head.seq}, the chain ends at {len(rows)}: its tail was cut or added to"


def _row_problems(row: StoredChange) -> Iterator[str]:
    if row.body is None:
        return
    if full_digest(row.body.encode()) != row.body_digest:
        yield f"seq {row.seq}: the body is not what was recorded"
    if not _columns_agree(row):
        yield f"seq {row.seq}: its columns do not say what its body says"


def _columns_agree(row: StoredChange) -> bool:
    try:
        body = msgspec.json.decode(row.body or "", type=dict[str, Any])
    except msgspec.MsgspecError:
        return False
    moment = msgspec.json.decode(msgspec.json.encode(row.recorded_at))
    return (body.get("strategy"), body.get("key"), body.get("recorded_at")) == (row.strategy, row.key, moment)
