"""People and their sessions, what is being edited, what was published, and what is owed to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OWED = sa.text("sent_at IS NULL AND failed_at IS NULL AND digest_id IS NULL")
SENT, FAILED = sa.text("sent_at IS NOT NULL"), sa.text("failed_at IS NOT NULL")
IN_DIGEST = sa.text("digest_id IS NOT NULL")
ON_ITS_WAY = sa.text(f"channel = 'webhook' AND leased_until IS NOT NULL AND {OWED.text}")


def instant() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "bucket",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("left", sa.Float(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_bucket"),
    )
    op.create_index("ix_bucket_at", "bucket", ["at"])
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("stopped_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("address", name="uq_person_address"),
    )
    op.create_table(
        "held_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("given_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_held_role"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_held_role_person_id_person"),
        sa.UniqueConstraint("person_id", "role", "of", name="uq_held_role_person_id_role_of"),
    )
    op.create_index("ix_held_role_person_id", "held_role", ["person_id"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("expires_at", instant(), nullable=False),
        sa.Column("owed_at", instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_sign_in_person_id_person"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_browser_hash", "sign_in", ["browser_hash"])
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("started_at", instant(), nullable=False),
        sa.Column("seen_at", instant(), nullable=False),
        sa.Column("ends_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_session"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_login_session_person_id_person"),
        sa.UniqueConstraint("token_hash", name="uq_login_session_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_session_person_id", "login_session", ["person_id"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_audit_person_id_person"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.Column("published_at", instant(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.ForeignKeyConstraint(["strategy"], ["strategy.slug"], name="fk_publication_strategy_strategy"),
        sa.UniqueConstraint("key", name="uq_publication_key"),
    )
    op.create_table(
        "publication_topic",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "topic", name="pk_publication_topic"),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"], name="fk_publication_topic_publication_id_publication"),
    )
    op.create_table(
        "destination",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("address_hash", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("created_at", instant(), nullable=False),
        sa.Column("confirmed_at", instant(), nullable=True),
        sa.Column("paused_at", instant(), nullable=True),
        sa.Column("paused_until", instant(), nullable=True),
        sa.Column("stopped_at", instant(), nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=True),
        sa.Column("digested_to", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_secret_until", instant(), nullable=True),
        sa.Column("failing_since", instant(), nullable=True),
        sa.Column("warned_at", instant(), nullable=True),
        sa.Column("parked_at", instant(), nullable=True),
        sa.Column("not_before", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_destination"),
        sa.ForeignKeyConstraint(["owner_id"], ["destination.id"], name="fk_destination_owner_id_destination"),
        sa.UniqueConstraint("channel", "address", name="uq_destination_channel_address"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_destination_address_hash", "destination", ["address_hash"])
    op.create_index("ix_destination_owner_id", "destination", ["owner_id"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("confirmed_at", instant(), nullable=True),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.ForeignKeyConstraint(["destination_id"], ["destination.id"], name="fk_subscription_destination_id_destination"),
        sa.UniqueConstraint("destination_id", "topic", name="uq_subscription_destination_id_topic"),
    )
    op.create_index("ix_subscription_topic", "subscription", ["topic"])
    op.create_table(
        "asking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("moves_id", sa.Integer(), nullable=True),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("cadence", sa.Text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("expires_at", instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_asking"),
        sa.ForeignKeyConstraint(["destination_id"], ["destination.id"], name="fk_asking_destination_id_destination"),
        sa.ForeignKeyConstraint(["moves_id"], ["destination.id"], name="fk_asking_moves_id_destination"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asking_destination_id", "asking", ["destination_id"])
    op.create_index("ix_asking_moves_id", "asking", ["moves_id"])
    op.create_index("ix_asking_expires_at", "asking", ["expires_at"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("destination_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("due_at", instant(), nullable=True),
        sa.Column("leased_until", instant(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", instant(), nullable=True),
        sa.Column("failed_at", instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("destination_id", "about", name="uq_delivery_destination_id_about"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_delivery_due", "delivery", ["channel", "bulk", "due_at", "id"], sqlite_where=OWED, postgresql_where=OWED
    )
    op.create_index(
        "ix_delivery_leased", "delivery", ["leased_until"], sqlite_where=ON_ITS_WAY, postgresql_where=ON_ITS_WAY
    )
    op.create_index(
        "ix_delivery_digest_id", "delivery", ["digest_id"], sqlite_where=IN_DIGEST, postgresql_where=IN_DIGEST
    )
    op.create_index("ix_delivery_sent_at", "delivery", ["sent_at"], sqlite_where=SENT, postgresql_where=SENT)
    op.create_index("ix_delivery_failed_at", "delivery", ["failed_at"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_attempt_delivery_id_delivery", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_attempt_delivery_id", "attempt", ["delivery_id"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", instant(), nullable=False),
        sa.Column("publish_at", instant(), nullable=True),
        sa.Column("seen_seq", sa.Integer(), nullable=False),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_draft_author_id_person"),
        sa.UniqueConstraint("key", name="uq_draft_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_publish_at", "draft", ["publish_at"])
    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence_url", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("answered_at", instant(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contest"),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_contest_answered_by_person"),
    )


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
