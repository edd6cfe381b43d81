"""What an authority is shown counts its own rows alone: numbers of actions, marks of requests, what flags are about.

What is remembered of a closed round is kept by the version of each question.
"""

import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def rows(statement: str) -> list[Any]:  # rows, whose columns are those of the statement
    return list(op.get_bind().execute(sa.text(statement)))


def run(statement: str, **values: object) -> None:
    op.get_bind().execute(sa.text(statement), values)


def add(table: str, column: str, kind: sa.types.TypeEngine, nothing: str) -> None:
    """A column that is never empty. SQLite needs a default to add one, and could only drop it with the whole table."""
    op.add_column(table, sa.Column(column, kind, nullable=False, server_default=nothing))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, server_default=None)


def number_actions() -> None:
    """1, 2, 3 … within each authority, in the order in which they were added; flags are about these numbers."""
    add("plan_action", "number", sa.Integer(), "0")
    given: dict[str, int] = {}
    # In this order no flag is given, on the way, what another one still says: a number is never more than its id.
    for row in rows("SELECT id, authority FROM plan_action ORDER BY id"):
        number = given[row.authority] = given.get(row.authority, 0) + 1
        run("UPDATE plan_action SET number = :number WHERE id = :id", number=number, id=row.id)
        about = {"authority": row.authority, "old": f"action/{row.id}", "new": f"action/{number}"}
        run("UPDATE flag SET about = :new WHERE authority = :authority AND about = :old", **about)
    op.create_index("ix_plan_action_number", "plan_action", ["authority", "number"], unique=True)


def mark_requests() -> None:
    """A name for each by which nobody can count them. Links in mails that are under way work no longer."""
    add("access_request", "mark", sa.Text(), "")
    for row in rows("SELECT id FROM access_request"):
        run("UPDATE access_request SET mark = :mark WHERE id = :id", mark=secrets.token_hex(8), id=row.id)
    op.create_index("ix_access_request_mark", "access_request", ["mark"], unique=True)


def name_rounds_of_flags() -> None:
    """answer/2026-10/14 in the place of answer/7/14."""
    for row in rows("SELECT id, authority, round FROM assessment"):
        old = f"answer/{row.id}/"
        run(
            "UPDATE flag SET about = :new || substr(about, :rest) WHERE authority = :authority AND about LIKE :old",
            new=f"answer/{row.round}/", rest=len(old) + 1, authority=row.authority, old=f"{old}%",
        )  # fmt: skip


def count_what_was_seen() -> None:
    """How many savings of the same answer its author had seen, in the place of the id of the last one."""
    place: dict[int, int] = {}
    of: dict[tuple[int, str], int] = {}
    found = rows("SELECT id, assessment_id, criterion, after_id FROM answer ORDER BY id")
    for row in found:
        key = (row.assessment_id, row.criterion)
        of[key] = place[row.id] = of.get(key, 0) + 1
    op.execute("ALTER TABLE answer RENAME COLUMN after_id TO seen")
    for row in found:
        if row.after_id is not None:
            run("UPDATE answer SET seen = :seen WHERE id = :id", seen=place.get(row.after_id), id=row.id)


def remember_versions() -> None:
    """Every question had one version. Those who gave a level are the best that is known of those who were asked."""
    for row in rows("SELECT round, content FROM closing"):
        old = json.loads(row.content)
        new = {
            "signed": old["signed"],
            "asked": {f"{key}/1": places for key, places in old["counted"].items()},
            "weighed": {
                mark: {f"{key}/1": cohorts for key, cohorts in weighed.items()}
                for mark, weighed in old["weighed"].items()
            },
        }
        run("UPDATE closing SET content = :content WHERE round = :round", content=json.dumps(new), round=row.round)


def upgrade() -> None:
    number_actions()
    mark_requests()
    name_rounds_of_flags()
    count_what_was_seen()
    remember_versions()


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
