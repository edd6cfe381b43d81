"""Every feature's tables in one place, for migrations and tests only."""

from sqlmodel import SQLModel

from tracker.jobs import JobRun
from tracker.strategies.models import ChangeSubject, Head, StoredChange, StoredStrategy

__all__ = ["ChangeSubject", "Head", "JobRun", "StoredChange", "StoredStrategy", "metadata"]

metadata = SQLModel.metadata
