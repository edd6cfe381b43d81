"""Commands: each opens what it needs, calls one thing, and says in one line what was wrong (exit 2)."""

import sys
from importlib import import_module

import click

from tracker import __version__
from tracker.errors import TrackerError

COMMANDS = {
    "check": "cli_record:check_command",
    "demo": "cli_serve:demo_command",
    "export": "cli_export:export",
    "load": "cli_record:load_command",
    "match": "cli_match:match_command",
    "migrate": "cli_migrate:migrate_command",
    "poll": "cli_poll:poll_command",
    "run": "cli_work:run_command",
    "send": "cli_send:send_command",
    "serve": "cli_serve:serve_command",
    "user": "cli_user:user",
    "web": "cli_serve:web_command",
    "worker": "cli_work:worker_command",
}
"""Where each is. Imported when it is asked for: all of them together take three times as long as some of them."""


class Commands(click.Group):
    """The commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"tracker.{module}"), name)
        return found


@click.group(cls=Commands)
@click.version_option(__version__)
def commands() -> None:
    """An independent, append-only public record of a government strategy."""


def main() -> None:
    """Run a command; anything the tracker refuses is one line and exit code 2."""
    try:
        # Without its standalone mode Click returns the code of an Exit instead of raising it.
        sys.exit(commands(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except TrackerError as error:
        click.echo(f"tracker: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
