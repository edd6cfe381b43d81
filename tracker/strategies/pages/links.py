"""Addresses on the record's pages that stay on a day."""

from collections.abc import Callable

from tracker.strategies.public import PublicRecord
from tracker.web.documents import Asked


def linker(public: PublicRecord, asked: Asked) -> Callable[[str], str]:
    """Addresses that stay on the day that is being looked at."""
    when = [asked.when()] if asked.when() else []

    def link(path: str) -> str:
        address = public.link(path) if path != "/" else public.prefix or "/"
        place, _, fragment = address.partition("#")
        query = "&".join([*place.split("?")[1:], *when])
        return place.split("?")[0] + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")

    return link
