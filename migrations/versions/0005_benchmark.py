"""An authority's benchmark: who may take part, answers with their history, the plan, what changed, how others stand."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def instant() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "benchmark_cursor",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("known", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_benchmark_cursor"),
    )
    op.create_table(
        "closing",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("closed_at", instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", name="pk_closing"),
    )
    op.create_table(
        "comparison",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("closed_at", instant(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", "authority", name="pk_comparison"),
    )
    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("proved_at", instant(), nullable=True),
        sa.Column("answered_at", instant(), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_access_request_answered_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_access_request"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_request_authority", "access_request", ["authority"], unique=False)
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("started_at", instant(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", instant(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("given_back", sa.Text(), nullable=True),
        sa.Column("signed_at", instant(), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_name", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("frozen", sa.Text(), nullable=True),
        sa.Column("frozen_digest", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name="fk_assessment_approver_id_person"),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name="fk_assessment_asked_by_person"),
        sa.ForeignKeyConstraint(["before_id"], ["assessment.id"], name="fk_assessment_before_id_assessment"),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name="fk_assessment_signed_by_person"),
        sa.ForeignKeyConstraint(["started_by"], ["person.id"], name="fk_assessment_started_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
        sa.UniqueConstraint("authority", "round", name="uq_assessment_authority_round"),
        sa.UniqueConstraint("reference", name="uq_assessment_reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_assessment_signed_at", "assessment", ["signed_at"], unique=False)
    op.create_table(
        "benchmark_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("owed_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_benchmark_letter_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_benchmark_letter"),
        sa.UniqueConstraint("key", name="uq_benchmark_letter_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_benchmark_letter_authority", "benchmark_letter", ["authority"], unique=False)
    op.create_index("ix_benchmark_letter_owed_at", "benchmark_letter", ["owed_at"], unique=False)
    op.create_table(
        "flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("raised_at", instant(), nullable=False),
        sa.Column("cleared_at", instant(), nullable=True),
        sa.Column("cleared_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cleared_by"], ["person.id"], name="fk_flag_cleared_by_person"),
        sa.PrimaryKeyConstraint("id", name="pk_flag"),
        sa.UniqueConstraint("authority", "about", "cause", name="uq_flag_authority_about_cause"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flag_authority", "flag", ["authority"], unique=False)
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", instant(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_answer_assessment_id_assessment"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_answer_author_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answer_authority", "answer", ["authority"], unique=False)
    op.create_index("ix_answer_of", "answer", ["assessment_id", "criterion", "id"], unique=False)
    op.create_table(
        "plan_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=False),
        sa.Column("made_at", instant(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("removed_at", instant(), nullable=True),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_plan_action_assessment_id_assessment"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_plan_action_made_by_person"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_plan_action_owner_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_action"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_action_authority", "plan_action", ["authority"], unique=False)
    op.create_table(
        "action_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name="fk_action_update_action_id_plan_action"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name="fk_action_update_author_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_action_update"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_action_update_action_id", "action_update", ["action_id"], unique=False)
    op.create_index("ix_action_update_authority", "action_update", ["authority"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
