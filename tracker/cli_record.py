"""tracker load and check: files into the record, and the proof that it is whole."""

from pathlib import Path

import click

from tracker.app import require_showable
from tracker.benchmark.questions import problems as question_problems
from tracker.benchmark.questions import questions
from tracker.clock import london_day, utc_now
from tracker.console import progress, read_settings, run
from tracker.db import Database
from tracker.editing.announce import announce_loaded
from tracker.migrate import require_current
from tracker.settings import Settings
from tracker.strategies.checks import differences_from_files, record_problems, search_problems
from tracker.strategies.files import folders, read_folder
from tracker.strategies.load import Loaded, load
from tracker.strategies.queries import records
from tracker.strategies.validation import problems
from tracker.watch.freshness import unread_suggestions
from tracker.watch.making import rules_of
from tracker.watch.sources import read_sources
from tracker.watch.unwatched import read_unwatched


async def load_folders(database: Database, settings: Settings, root: Path, *, alert: bool = False) -> list[Loaded]:
    """Load every strategy below a folder, each in its own transaction; `alert` tells whoever follows it."""
    done = []
    found = folders(root)
    with progress("Loading", 3 * len(found)) as step:
        for folder in found:
            content = read_folder(folder)
            step(1)
            async with database.writing() as db:
                loaded = await load(db, content, now=utc_now())
                if alert:
                    await announce_loaded(db, loaded.slug, loaded.changes, now=utc_now())
                done.append(loaded)
                step(1)
                require_showable(settings, await records(db))
            step(1)
    return done


@click.command("load")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--alert", is_flag=True, help="Tell whoever follows it of what is new; without this a load tells nobody.")
def load_command(folder: Path | None, alert: bool) -> None:
    """Load the strategies' files into the record (twice is once)."""
    settings = read_settings()

    async def work(database: Database) -> list[Loaded]:
        await require_current(database)
        return await load_folders(database, settings, folder or settings.strategies_dir, alert=alert)

    for done in run(settings, work):
        click.echo(str(done))


@click.command("check")
def check_command() -> None:
    """Prove that the files, the schema, the guards, the chain and the search are whole."""
    settings = read_settings()
    read_unwatched(settings.feeds_dir)
    contents = [read_folder(folder) for folder in folders(settings.strategies_dir)]
    read_sources(settings.feeds_dir)
    rules_of(settings)
    found = question_problems(questions())
    found += [f"{item.strategy.identity.slug}: {problem}" for item in contents for problem in problems(item)]

    async def work(database: Database) -> list[str]:
        await require_current(database)
        with progress("Checking", len(contents) + 2) as step:
            async with database.reading() as db:
                now = utc_now()
                unread = await unread_suggestions(db, now=now)
                wrong = await record_problems(db, today=london_day(now), unread=unread)
                step(1)
                if wrong:
                    return wrong
                for item in contents:
                    wrong += await differences_from_files(db, item)
                    step(1)
            # Looking into SQLite's full text is a write, which a reading transaction beside a writer cannot become.
            async with database.writing() as db:
                return [*wrong, *await search_problems(db)]

    found += run(settings, work)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("The files, the schema, its guards, the chain and the notices are whole; record, files and search agree")
