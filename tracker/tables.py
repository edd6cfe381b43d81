"""Every feature's tables in one place, for migrations and tests only."""

from typing import Any

from sqlmodel import SQLModel

from tracker.jobs import JobRun
from tracker.strategies.models import ChangeSubject, Head, Searchable, StoredChange, StoredStrategy

__all__ = ["ChangeSubject", "Head", "JobRun", "Searchable", "StoredChange", "StoredStrategy", "described", "metadata"]

metadata = SQLModel.metadata


def described(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Whether a table, column or index is one that models describe: an engine's own full text is not."""
    table = name if kind == "table" else item.table.name
    own = table == "searchable" and name in ("words", "ix_searchable_words")
    return not (own or str(table).startswith("searchable_words"))
