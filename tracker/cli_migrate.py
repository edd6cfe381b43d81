"""tracker migrate: bring the database to this version; imports no more than that needs."""

import click

from tracker.console import read_settings, run
from tracker.migrate import migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version."""
    settings = read_settings()
    click.echo(f"The database is at version {run(settings, migrate)}")
