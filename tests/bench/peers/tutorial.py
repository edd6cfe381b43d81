"""The same data in FastAPI with SQLModel and pydantic, written as their tutorials write it."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Optional

import msgspec
import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select


class ChangeAnnouncementLink(SQLModel, table=True):
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", primary_key=True)
    change_id: int | None = Field(default=None, foreign_key="change.id", primary_key=True)


class EvidenceBase(SQLModel):
    title: str
    publisher: str
    url: str | None
    published_on: str | None
    quotation: str | None


class Evidence(EvidenceBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    change_id: int | None = Field(default=None, foreign_key="change.id", index=True)
    change: Optional["Change"] = Relationship(back_populates="evidence")


class ChangeBase(SQLModel):
    key: str
    kind: str
    text: str
    happened_on: str
    known_on: date
    certainty: str
    note: str | None
    hash: str


class Change(ChangeBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    evidence: list[Evidence] = Relationship(back_populates="change")
    announcements: list["Announcement"] = Relationship(back_populates="changes", link_model=ChangeAnnouncementLink)


class ChangePublic(ChangeBase):
    id: int


class ChangePublicWithEvidence(ChangePublic):
    evidence: list[EvidenceBase] = []


class PrintedDateBase(SQLModel):
    as_printed: str
    edtf: str | None
    earliest: date | None
    latest: date | None
    document: str
    page: str | None
    note: str | None


class PrintedDate(PrintedDateBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    milestone_id: int | None = Field(default=None, foreign_key="milestone.id", index=True)
    milestone: Optional["Milestone"] = Relationship(back_populates="dates")


class MilestoneBase(SQLModel):
    title: str
    due: date | None
    reached_on: str | None
    outcome: str


class Milestone(MilestoneBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    deliverable_id: int | None = Field(default=None, foreign_key="deliverable.id", index=True)
    deliverable: Optional["Deliverable"] = Relationship(back_populates="milestones")
    dates: list[PrintedDate] = Relationship(back_populates="milestone")


class MilestonePublicWithDates(MilestoneBase):
    id: int
    dates: list[PrintedDateBase] = []


class DeliverableBase(SQLModel):
    title: str
    done_when: str
    status_text: str
    rule: str


class Deliverable(DeliverableBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", index=True)
    announcement: Optional["Announcement"] = Relationship(back_populates="deliverables")
    milestones: list[Milestone] = Relationship(back_populates="deliverable")


class DeliverablePublic(DeliverableBase):
    id: int


class DeliverablePublicWithMilestones(DeliverablePublic):
    milestones: list[MilestonePublicWithDates] = []


class WordingBase(SQLModel):
    text: str
    document: str
    page: str
    place: str | None


class Wording(WordingBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id", index=True)
    announcement: Optional["Announcement"] = Relationship(back_populates="wordings")


class AnnouncementBase(SQLModel):
    slug: str = Field(index=True)
    title: str
    theme: str
    benefit: str
    status_text: str
    rolled_up: str


class Announcement(AnnouncementBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    wordings: list[Wording] = Relationship(back_populates="announcement")
    deliverables: list[Deliverable] = Relationship(back_populates="announcement")
    changes: list[Change] = Relationship(back_populates="announcements", link_model=ChangeAnnouncementLink)


class AnnouncementPublic(AnnouncementBase):
    id: int


class AnnouncementPublicWithDeliverables(AnnouncementPublic):
    deliverables: list[DeliverablePublic] = []


class AnnouncementPublicWithAll(AnnouncementPublic):
    wordings: list[WordingBase] = []
    deliverables: list[DeliverablePublicWithMilestones] = []
    changes: list[ChangePublicWithEvidence] = []


engine = create_engine(f"sqlite:///{sys.argv[1]}", connect_args={"check_same_thread": False})


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
app = FastAPI()


@app.get("/announcements/", response_model=list[AnnouncementPublicWithDeliverables])
def read_announcements(session: SessionDep, offset: int = 0, limit: Annotated[int, Query(le=100)] = 100) -> Any:
    return session.exec(select(Announcement).offset(offset).limit(limit)).all()


@app.get("/announcements/{announcement_id}", response_model=AnnouncementPublicWithAll)
def read_announcement(announcement_id: int, session: SessionDep) -> Any:
    announcement = session.get(Announcement, announcement_id)
    if not announcement:
        raise HTTPException(status_code=404, detail="Announcement not found")
    return announcement


@app.get("/changes/", response_model=list[ChangePublic])
def read_changes(session: SessionDep, offset: int = 0, limit: Annotated[int, Query(le=100)] = 100) -> Any:
    return session.exec(select(Change).offset(offset).limit(limit)).all()


def fill(items: list[dict[str, Any]]) -> None:
    """Rows of our own tables from the tracker's answers about each announcement."""
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        changes = {each["seq"]: _change(each) for item in items for each in item["changes"]}
        for item in items:
            session.add(
                Announcement(
                    id=item["number"],
                    wordings=[_row(Wording, WordingBase, each) for each in item["wordings"]],
                    deliverables=[_deliverable(each) for each in item["deliverables"]],
                    changes=[changes[each["seq"]] for each in item["changes"]],
                    **_fields(AnnouncementBase, item),
                )
            )
        session.commit()


def _change(item: dict[str, Any]) -> Change:
    evidence = [_row(Evidence, EvidenceBase, each) for each in item["evidence"]]
    return _row(Change, ChangeBase, item, id=item["seq"], evidence=evidence)


def _deliverable(item: dict[str, Any]) -> Deliverable:
    milestones = [
        _row(
            Milestone,
            MilestoneBase,
            each,
            dates=[_row(PrintedDate, PrintedDateBase, stated) for stated in each["dates"]],
        )
        for each in item["milestones"]
    ]
    return _row(Deliverable, DeliverableBase, item, milestones=milestones)


def _row(table: Any, base: type[SQLModel], item: dict[str, Any], **more: Any) -> Any:
    return table(**_fields(base, item), **more)


def _fields(base: type[SQLModel], item: dict[str, Any]) -> dict[str, Any]:
    return base.model_validate({name: item.get(name) for name in base.model_fields}).model_dump()


if __name__ == "__main__":
    fill(msgspec.json.decode(Path(sys.argv[2]).read_bytes()))
    uvicorn.run(app, port=int(sys.argv[3]), log_level="warning", access_log=False, server_header=False)
