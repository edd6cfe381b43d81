"""What can be searched for: a row for each wording, change, note and piece of evidence, in the engine's own full text."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "searchable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("strategy", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("title_words", sa.Text(), nullable=False),
        sa.Column("text_words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_searchable"),
        sa.ForeignKeyConstraint(["strategy"], ["strategy.slug"], name="fk_searchable_strategy_strategy"),
    )
    op.create_index("ix_searchable_strategy", "searchable", ["strategy"])
    if op.get_bind().dialect.name == "sqlite":
        _index_on_sqlite()
    else:
        _index_on_postgresql()


def _index_on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE searchable_words USING fts5(title_words, text_words, content='searchable', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    add = "INSERT INTO searchable_words (rowid, title_words, text_words) VALUES (NEW.id, NEW.title_words, NEW.text_words)"
    remove = (
        "INSERT INTO searchable_words (searchable_words, rowid, title_words, text_words) "
        "VALUES ('delete', OLD.id, OLD.title_words, OLD.text_words)"
    )
    for event, name, does in (
        ("INSERT", "added", add),
        ("DELETE", "removed", remove),
        ("UPDATE", "changed", f"{remove}; {add}"),
    ):
        op.execute(f"CREATE TRIGGER searchable_is_{name} AFTER {event} ON searchable BEGIN {does}; END")


def _index_on_postgresql() -> None:
    # Without an engine's own stems and stop list: what counts as a word is decided once, for both, by the tracker.
    op.execute(
        "ALTER TABLE searchable ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS ("
        "setweight(to_tsvector('pg_catalog.simple', title_words), 'A') || "
        "setweight(to_tsvector('pg_catalog.simple', text_words), 'B')"
        ") STORED"
    )
    op.execute("CREATE INDEX ix_searchable_words ON searchable USING gin (words)")


def downgrade() -> None:
    raise NotImplementedError("the record only goes forward: restore a backup instead")
