"""What is watched, what was sighted there, what it might be evidence for, and what an editor decided."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WAITS = sa.text("note_due_at IS NOT NULL")


def instant() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "page_snapshot",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("read_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_page_snapshot"),
    )
    op.create_table(
        "watched_host",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("leased_until", instant(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("not_before", instant(), nullable=True),
        sa.Column("robots", sa.Text(), nullable=True),
        sa.Column("robots_read_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_watched_host"),
    )
    op.create_table(
        "source",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("retired_at", instant(), nullable=True),
        sa.Column("due_at", instant(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.Text(), nullable=True),
        sa.Column("high_water", instant(), nullable=True),
        sa.Column("tried_at", instant(), nullable=True),
        sa.Column("read_at", instant(), nullable=True),
        sa.Column("changed_at", instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("broken_since", instant(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("text_digest", sa.Text(), nullable=True),
        sa.Column("doubt_digest", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_source"),
        sa.ForeignKeyConstraint(["host"], ["watched_host.name"], name="fk_source_host_watched_host"),
    )
    op.create_index("ix_source_due_at", "source", ["due_at"])
    op.create_index("ix_source_host", "source", ["host"])
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=True),
        sa.Column("published_at", instant(), nullable=True),
        sa.Column("first_published_at", instant(), nullable=True),
        sa.Column("seen_at", instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_is", sa.Text(), nullable=False),
        sa.Column("note_url", sa.Text(), nullable=True),
        sa.Column("note_due_at", instant(), nullable=True),
        sa.Column("note_tries", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("historic", sa.Boolean(), nullable=False),
        sa.Column("baseline", sa.Boolean(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("later_until", instant(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sighting"),
        sa.ForeignKeyConstraint(["before_id"], ["sighting.id"], name="fk_sighting_before_id_sighting"),
        sa.ForeignKeyConstraint(["snapshot"], ["page_snapshot.digest"], name="fk_sighting_snapshot_page_snapshot"),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name="fk_sighting_source_source"),
        sa.UniqueConstraint("item", "version", name="uq_sighting_item_version"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sighting_note_due_at", "sighting", ["note_due_at"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index("ix_sighting_open", "sighting", ["seen_at"], sqlite_where=sa.text("offered = 1"), postgresql_where=sa.text("offered"))
    op.create_index("ix_sighting_source", "sighting", ["source"])
    op.create_table(
        "source_trouble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", instant(), nullable=False),
        sa.Column("until", instant(), nullable=True),
        sa.Column("noticed_at", instant(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("ended_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source_trouble"),
        sa.ForeignKeyConstraint(["source"], ["source.key"], name="fk_source_trouble_source_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_source_trouble_source", "source_trouble", ["source"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("announcements", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("suggested", sa.Text(), nullable=False),
        sa.Column("draft_key", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_decision_decided_by_person"),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name="fk_decision_sighting_id_sighting"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_sighting_id", "decision", ["sighting_id"])
    op.create_table(
        "suggestion",
        sa.Column("sighting_id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("announcement", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sighting_id", "strategy", "announcement", name="pk_suggestion"),
        sa.ForeignKeyConstraint(["sighting_id"], ["sighting.id"], name="fk_suggestion_sighting_id_sighting"),
    )


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
