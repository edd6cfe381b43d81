"""The record: head, strategy, change and its subjects, job runs, and the triggers that refuse rewriting."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

GENESIS = "0" * 64


def instant() -> sa.types.TypeEngine:
    return sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
        sa.CheckConstraint("id = 1", name="ck_head_only_one"),
    )
    op.execute(f"INSERT INTO head (id, seq, hash) VALUES (1, 0, '{GENESIS}')")
    op.create_table(
        "strategy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("structure", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("loaded_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_strategy"),
        sa.UniqueConstraint("slug", name="uq_strategy_slug"),
    )
    op.create_table(
        "change",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("recorded_at", instant(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("body_digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_change"),
        sa.ForeignKeyConstraint(["strategy"], ["strategy.slug"], name="fk_change_strategy_strategy"),
        sa.UniqueConstraint("strategy", "key", name="uq_change_strategy_key"),
        sa.UniqueConstraint("hash", name="uq_change_hash"),
    )
    op.create_table(
        "change_subject",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "subject", name="pk_change_subject"),
        sa.ForeignKeyConstraint(["seq"], ["change.seq"], name="fk_change_subject_seq_change"),
        sqlite_with_rowid=False,  # else INSERT OR REPLACE of a hidden rowid rewrites a row past the guards
    )
    op.create_index("ix_change_subject_subject", "change_subject", ["subject"])
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("last_slot", instant(), nullable=True),
        sa.Column("leased_until", instant(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("started_at", instant(), nullable=True),
        sa.Column("finished_at", instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", name="pk_job_run"),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    # The third guard also stops INSERT OR REPLACE from a client that has not set recursive_triggers.
    for table, same in (
        ("change", "seq = NEW.seq OR hash = NEW.hash OR (strategy = NEW.strategy AND key = NEW.key)"),
        ("change_subject", "seq = NEW.seq AND subject = NEW.subject"),
    ):
        for verb, name in (("UPDATE", "updated"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_is_never_{name} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'the record is append-only: {table} is never {name}'); END"
            )
        op.execute(
            f"CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, 'the record is append-only: {table} is never replaced'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'the record is append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$"
    )
    for table in ("change", "change_subject"):
        for verb, name, each in (
            ("UPDATE", "updated", "ROW"),
            ("DELETE", "deleted", "ROW"),
            ("TRUNCATE", "replaced", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_is_never_{name} BEFORE {verb} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_rewriting()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_is_never_{name}")


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
