"""Tables of what was promised and where it stands."""

from collections.abc import Iterator

from tracker.strategies.exports.day import Day
from tracker.strategies.exports.tables import Reference, Table, column
from tracker.strategies.schemas import AnnouncementView, DateView, MilestoneView, PlaceView, View
from tracker.strategies.views.announcements import all_places
from tracker.strategies.views.eligibility import group_standings
from tracker.strategies.views.history import status_periods

OF_ANNOUNCEMENT = Reference("announcement", "announcements", "number")


class _Announcement(View, frozen=True, kw_only=True):
    view: AnnouncementView
    url: str


def _announcements(day: Day) -> Iterator[_Announcement]:
    for view in day.announcements:
        yield _Announcement(view=view, url=day.address(f"/announcements/{view.number}{day.query}"))


ANNOUNCEMENTS = Table(
    name="announcements",
    title="Announcements",
    text="One row for each announcement, with where it stands.",
    columns=(
        column("number", "Number in the strategy.", "integer", at="view.", required=True),
        column("id", "Identifier: the strategy and the number.", at="view.", required=True),
        column("slug", "Short name.", at="view.", required=True),
        column("title", "Title.", at="view.", required=True),
        column("theme", "Key of its theme.", at="view.", required=True),
        column("theme_title", "Title of its theme.", at="view.", required=True),
        column("benefit", "Whom it benefits: families directly, or through the system.", at="view.", required=True),
        column(
            "status", "Status, worked out by the published rules, as a word for programs.", at="view.", required=True
        ),
        column("status_text", "Status in words.", at="view.", required=True),
        column("rolled_up", "How the status follows from the deliverables.", at="view.", required=True),
        column("deliverable_count", "How many things it promises.", "integer", at="view.", required=True),
        column("delivered_count", "How many of them are delivered.", "integer", at="view.", required=True),
        column(
            "next_date", "The nearest promised day still to come, or else missed.", "date", at="view.next_date.latest"
        ),
        column("next_date_as_printed", "That date as its source prints it.", at="view.next_date.as_printed"),
        column("next_date_title", "What is due then.", at="view.next_date.title"),
        column("next_date_milestone", "The milestone it belongs to.", at="view.next_date.ref"),
        column("next_date_overdue", "Whether that day has passed.", "boolean", at="view.next_date.overdue"),
        column("who_can_use", "Who can use it, in one plain sentence.", at="view.who_can_use.text"),
        column("who_can_use_since", "Since when that sentence holds.", "date", at="view.who_can_use.since"),
        column("benefits_through", "How families gain, where the benefit comes through the system.", at="view."),
        column("pages", "Where the source prints it.", at="view.", required=True),
        column("url", "Its page here.", "anyURI", required=True),
    ),
    key=("number",),
    rows=_announcements,
)


class _Stated(View, frozen=True, kw_only=True):
    """A milestone and one date ever stated for it; no date when none ever was."""

    announcement: int
    deliverable: str
    milestone: MilestoneView
    number: int
    stated: DateView | None
    document: str | None


def _milestones(day: Day) -> Iterator[_Stated]:
    for view in day.announcements:
        for deliverable in view.deliverables:
            for milestone in deliverable.milestones:
                for number, stated in enumerate(milestone.dates, start=1) if milestone.dates else [(0, None)]:
                    yield _Stated(
                        announcement=view.number,
                        deliverable=deliverable.ref,
                        milestone=milestone,
                        number=number,
                        stated=stated,
                        # A restated date is given with who stated it, which is no document of the list.
                        document=day.document_titles.get(stated.document, stated.document) if stated else None,
                    )


MILESTONES = Table(
    name="milestones",
    title="Milestones and every date stated for them",
    text="One row for each dated promise and each date ever stated for it: planned against actual. "
    "The first published promise governs; late starts the day after its latest day.",
    columns=(
        column("milestone", "Reference: announcement, deliverable and milestone.", at="milestone.ref", required=True),
        column("date_number", "Place of the date among those stated for this milestone; 0 when none was.", "integer",
               at="number", required=True),
        column("announcement", "Number of the announcement.", "integer", required=True),
        column("deliverable", "Reference of the deliverable.", required=True),
        column("title", "What is promised.", at="milestone.", required=True),
        column("as_printed", "The date as its source prints it.", at="stated."),
        column("edtf", "The date in EDTF (ISO 8601-2): 2024-21 is spring 2024.", at="stated."),
        column("earliest", "First day the date can mean.", "date", at="stated."),
        column("latest", "Last day the date can mean.", "date", at="stated."),
        column("stated_in", "The document that states it, or who stated it.", at="document"),
        column("page", "Page of that document.", at="stated."),
        column("place", "Place on the page.", at="stated."),
        column("counts", "Whether this date can make anything late.", "boolean", at="stated."),
        column("governs", "Whether it is a date of the first published promise.", "boolean", at="stated."),
        column("date_note", "Our note on this date.", at="stated.note"),
        column("due", "Latest day that the first published promise allows.", "date", at="milestone."),
        column("stricter", "The earlier of two latest days, when one document prints two.", "date", at="milestone."),
        column("reached_on", "When it was reached, in EDTF.", at="milestone."),
        column("reached_text", "When it was reached, in words.", at="milestone."),
        column("days_late_min", "Fewest days it was late; differs from the most when the day is uncertain.", "integer",
               at="milestone.days_late.min"),
        column("days_late_max", "Most days it was late.", "integer", at="milestone.days_late.max"),
        column("days_overdue", "Days overdue, not having been reached.", "integer", at="milestone."),
        column("outcome", "Planned against actual in words.", at="milestone.", required=True),
        column("dropped", "Whether it is no longer pursued.", "boolean", at="milestone.", required=True),
        column("note", "Our note on this milestone.", at="milestone."),
    ),
    key=("milestone", "date_number"),
    references=(OF_ANNOUNCEMENT,),
    rows=_milestones,
)  # fmt: skip

STATUSES = Table(
    name="statuses",
    title="Statuses of deliverables through time",
    text="One row for each deliverable and each time its status, stage, timing or scope became another, "
    "from publication on. Days, and the changes it rests on, are as on the last day of the row.",
    columns=(
        column("deliverable", "Reference: announcement and deliverable.", at="ref", required=True),
        column("since", "First day with this status.", "date", required=True),
        column("until", "Last day with this status; empty while it lasts.", "date"),
        column("announcement", "Number of the announcement.", "integer", required=True),
        column("title", "What is promised.", required=True),
        column("status", "Status as a word for programs.", required=True),
        column("status_text", "Status in words.", required=True),
        column("stage", "How far it is.", required=True),
        column("timing", "How it stands against the first published date.", required=True),
        column("scope", "Whether how much, for whom or where is still as promised.", required=True),
        column("days_min", "Fewest days late, or days overdue.", "integer", at="days.min"),
        column("days_max", "Most days late, or days overdue.", "integer", at="days.max"),
        column("previous_status", "Status before.", at="previous"),
        column("changes", "Numbers of the changes it rests on.", "integer", at="inputs", separator=";"),
    ),
    key=("deliverable", "since"),
    references=(OF_ANNOUNCEMENT,),
    rows=lambda day: status_periods(day.strategy, day.public.changes, on=day.on, known_at=day.known_at),
)

BENEFICIARIES = Table(
    name="beneficiaries",
    title="Who benefits",
    text="One row for each announcement and group: what the strategy says, and what held on the day asked about.",
    columns=(
        column("announcement", "Number of the announcement.", "integer", at="announcement.number", required=True),
        column("group", "Key of the group.", at="key", required=True),
        column("announcement_title", "Title of the announcement.", at="announcement.title", required=True),
        column("group_title", "Name of the group.", at="title", required=True),
        column("group_kind", "“arrangement”, or “other” where the source names another.", at="kind", required=True),
        column("answer", "What the strategy says of this group, as a word for programs.", at="said."),
        column("answer_text", "What the strategy says of this group, in words.", at="said."),
        column("text", "The same in one plain sentence of ours.", at="said."),
        column("turns_on", "What it turns on, when not on the arrangement.", at="announcement.beneficiaries."),
        column("held_since", "Since when what follows holds; empty when nothing later is known.", "date",
               at="holds.since"),
        column("held_stands", "Whether it could be used from then on, or only was promised.", at="holds.stands"),
        column("held_programme", "The programme in whose places alone it could be used.", at="holds.programme"),
        column("held_answer", "Whether this group could use it.", at="holds.answer"),
        column("held_text", "The same in one plain sentence.", at="holds.text"),
    ),
    key=("announcement", "group"),
    references=(OF_ANNOUNCEMENT,),
    rows=lambda day: group_standings(day.strategy, day.announcements, day.state),
)  # fmt: skip


class _Place(View, frozen=True, kw_only=True):
    number: int
    view: PlaceView
    urls: tuple[str, ...]


def _places(day: Day) -> Iterator[_Place]:
    for number, place in enumerate(all_places(day.strategy, day.state), start=1):
        yield _Place(number=number, view=place, urls=tuple(item.url for item in place.evidence if item.url))


PLACES = Table(
    name="places",
    title="Places that take part",
    text="One row for each area known to take part in something. Numbers are places in this list, not identifiers.",
    columns=(
        column("number", "Place in this list.", "integer", required=True),
        column("announcement", "Number of the announcement; empty when it belongs to none.", "integer", at="view."),
        column("name", "Name of the area.", at="view.", required=True),
        column("programme", "What it takes part in.", at="view.", required=True),
        column("since", "Since when, in EDTF.", at="view.since_edtf", required=True),
        column("since_text", "Since when, in words.", at="view.since", required=True),
        column("note", "Our note.", at="view."),
        column("evidence_urls", "Where it can be read.", "anyURI", at="urls", separator=" "),
    ),
    key=("number",),
    rows=_places,
)

NOTES = Table(
    name="notes",
    title="Editor’s notes",
    text="One row for each note on a misprint or a contradiction; the wording is never corrected. As written today.",
    columns=(
        column("number", "Number of the note.", "integer", required=True),
        column("title", "Title.", required=True),
        column("text", "What we say.", required=True),
        column("places", "Where a reader meets it: an announcement, a deliverable or a page.", separator=";"),
    ),
    key=("number",),
    rows=lambda day: sorted(day.strategy.notes, key=lambda note: note.number),
)
