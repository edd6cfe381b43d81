"""Where templates, feeds, migrations and data lie: inside the installed wheel, else beside the package."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def _share(name: str) -> Path:
    inside = PACKAGE / "_share" / name
    return inside if inside.is_dir() else PACKAGE.parent / name


TEMPLATES = _share("templates")
FEEDS = _share("feeds")
MIGRATIONS = _share("migrations")
STATIC = PACKAGE / "static"
STRATEGIES = PACKAGE / "strategies" / "data"
