"""The index in the database: kept with the record, asked by one question on either engine. Nothing here commits."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec
from sqlalchemy import Date, RowMapping, bindparam, delete, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.facts import Change
from tracker.strategies.models import Searchable
from tracker.strategies.search.query import Query, stems
from tracker.strategies.search.rows import Row, rows_of_change, rows_of_strategy
from tracker.strategies.structure import Strategy

SHOWN = ("kind", "place", "title", "text", "seq", "source", "since", "known_on")
COLUMNS = (*SHOWN, "title_words", "text_words")
TYPES = {"since": Date(), "known_on": Date()}
FINDING = {
    "sqlite": text(
        """
        SELECT s.* FROM searchable_words JOIN searchable s ON s.id = searchable_words.rowid
        WHERE searchable_words MATCH :asked AND s.strategy = :strategy
        ORDER BY s.kind = 'announcement' AND s.id IN (
            SELECT rowid FROM searchable_words WHERE searchable_words MATCH :titled
        ) DESC, bm25(searchable_words, 4.0, 1.0), s.id
        """
    ).columns(**TYPES),
    "postgresql": text(
        """
        SELECT s.* FROM searchable s, to_tsquery('pg_catalog.simple', :asked) wanted
        WHERE s.words @@ wanted AND s.strategy = :strategy
        ORDER BY s.kind = 'announcement' AND s.words @@ to_tsquery('pg_catalog.simple', :titled) DESC,
            ts_rank_cd(CAST('{0.1, 0.2, 0.25, 1.0}' AS real[]), s.words, wanted, 1) DESC, s.id
        """
    ).columns(**TYPES),
}
"""A title weighs four times its text on both engines, and the length of a text is allowed for; announcements come
first whose title holds all terms."""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A row that fits a question."""

    id: int
    row: Row


async def add_changes(db: AsyncSession, changes: Iterable[Change]) -> None:
    """Make changes findable, in the transaction that records them."""
    await _insert(db, [(change.strategy, row) for change in changes for row in rows_of_change(change)])


async def bring_up(db: AsyncSession, strategy: Strategy, changes: Sequence[Change]) -> None:
    """Make the index what the record says, touching only what differs."""
    slug = strategy.identity.slug
    stored = await _stored(db, slug)
    missing: list[Row] = []
    for row in _expected(strategy, changes):
        held = stored.get(_values(row))
        if held:
            held.pop()
        else:
            missing.append(row)
    surplus = [{"surplus": number} for numbers in stored.values() for number in numbers]
    if surplus:
        statement = delete(Searchable).where(col(Searchable.id) == bindparam("surplus"))
        await (await db.connection()).execute(statement, surplus)
    await _insert(db, [(slug, row) for row in missing])


async def index_problems(db: AsyncSession, strategy: Strategy, changes: Sequence[Change]) -> list[str]:
    """Where the index is not what the record says."""
    slug = strategy.identity.slug
    expected = Counter(map(_values, _expected(strategy, changes)))
    stored = Counter({values: len(ids) for values, ids in (await _stored(db, slug)).items()})
    missing, surplus = (expected - stored).total(), (stored - expected).total()
    if missing or surplus:
        return [f"the search of {slug} lacks {missing} entries and has {surplus} too many: run “tracker load”"]
    if not await _full_text_agrees(db):
        return ["the search does not find what its entries say: restore a backup"]
    return []


async def find(db: AsyncSession, query: Query, *, strategy: str, any_term: bool = False) -> Sequence[RowMapping]:
    """The stored rows in which all terms stand, or any of them, the best first."""
    if not query.terms:
        return []
    engine = (await db.connection()).dialect.name
    given = {"asked": ASKING[engine](query, any_term), "titled": TITLED[engine](query), "strategy": strategy}
    return (await (await db.connection()).execute(FINDING[engine], given)).mappings().all()


def match_of(row: RowMapping) -> Match:
    """What a stored row says; apart from finding it, because many take long."""
    return Match(id=row["id"], row=Row(**{name: row[name] for name in SHOWN}, titled=bool(row["title_words"])))


def _for_sqlite(query: Query, any_term: bool) -> str:
    """The terms in FTS5's syntax, each in quotation marks: a stem holds nothing that could end them."""
    return (" OR " if any_term else " AND ").join(f'"{" ".join(term)}"' for term in query.stems())


def _for_postgresql(query: Query, any_term: bool, part: str = "") -> str:
    """The terms in to_tsquery's syntax, each word quoted, for the same reason; part A is the title."""
    terms = (" <-> ".join(f"'{word}'{part}" for word in term) for term in query.stems())
    return (" | " if any_term else " & ").join(f"({term})" for term in terms)


ASKING = {"sqlite": _for_sqlite, "postgresql": _for_postgresql}
TITLED: dict[str, Callable[[Query], str]] = {
    "sqlite": lambda query: f"title_words : ({_for_sqlite(query, False)})",
    "postgresql": lambda query: _for_postgresql(query, False, ":A"),
}
"""All terms, in the title alone."""


def _expected(strategy: Strategy, changes: Iterable[Change]) -> list[Row]:
    return [*rows_of_strategy(strategy), *(row for change in changes for row in rows_of_change(change))]


async def _stored(db: AsyncSession, slug: str) -> dict[tuple[object, ...], list[int]]:
    """The numbers of the rows that stand in the index, by what they say."""
    columns = [col(getattr(Searchable, name)) for name in (*COLUMNS, "id")]
    found: dict[tuple[object, ...], list[int]] = {}
    for row in await (await db.connection()).execute(select(*columns).where(col(Searchable.strategy) == slug)):
        found.setdefault(tuple(row[:-1]), []).append(row[-1])
    return found


def _values(row: Row) -> tuple[object, ...]:
    """A row as it is stored, in the order of the columns."""
    shown = (row.kind, row.place, row.title, row.text, row.seq, row.source, row.since, row.known_on)
    return (*shown, " ".join(stems(row.title)) if row.titled else "", " ".join(stems(row.text)))


async def _insert(db: AsyncSession, rows: Sequence[tuple[str, Row]]) -> None:
    values = [{"strategy": slug, **dict(zip(COLUMNS, _values(row), strict=True))} for slug, row in rows]
    if values:
        await (await db.connection()).execute(insert(Searchable), values)


async def _full_text_agrees(db: AsyncSession) -> bool:
    """Whether SQLite's virtual table holds the words of its rows; PostgreSQL's column is always made from them.

    Asking is a write. Raises OperationalError where the database is busy, which says nothing of the words.
    """
    if (await db.connection()).dialect.name != "sqlite":
        return True
    check = "INSERT INTO searchable_words (searchable_words, rank) VALUES ('integrity-check', 1)"
    try:
        await (await db.connection()).exec_driver_sql(check)
    except OperationalError:
        raise
    except DBAPIError:
        return False
    return True
