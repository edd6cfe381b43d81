"""Worlds: who may have answered what. Two in which a reader is shown the same cannot be told apart by that reader."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from itertools import combinations, product

Counts = tuple[int, ...]
"""How many gave each level, the lowest level first, and last how many gave none, unless that is known of each."""
NONE = 4
"""The place of those who gave no level, behind the four."""
Bounds = tuple[Counts, Counts]
"""The least and the most of each."""
FEWEST = 5
"""How many others there must be, and in how many authorities two cohorts that are both shown must differ, if at all."""
AT_LEAST = (50, 20, 10, FEWEST)
Fits = Callable[[Sequence[Counts]], bool]
HIDDEN: Counts = ()
"""In the place of shares: too few gave a level, or all of them, or all but one, gave the same."""
APART: Counts = (0,)
"""In the place of shares: those who are not in another set that is shown would be given away."""
REACH = 3
"""How many answers of an atom are changed to find another world."""
STEPS = 4_000
"""How long is looked for one: where so many steps find none, there is taken to be none."""
FEW = 24
"""Of so few others small shares say much, so every world there can be is looked at."""
EVERY_STEP = 200_000


class World:
    """What may be shown of some sets of authorities, each a number with a bit for each authority.

    Authorities that are in the same of these sets are an atom: no reader can tell them apart. Who gave no level is in
    them too: that somebody does not know is an answer. What was shown in earlier rounds is taken to hold still: to a
    reader who thinks that nobody has changed an answer, it does. Who is gone is in those sets with their last answer.
    """

    def __init__(self, levels: Sequence[int], sets: Sequence[int], before: Sequence[Sequence[int]] = ()) -> None:
        releases = [sets, *before]
        every = [one for release in releases for one in release]
        atoms = _atoms(sum(levels), every)
        self.patterns = [pattern for pattern, _ in atoms]
        self.counts: list[Counts] = [tuple((whole & level).bit_count() for level in levels) for _, whole in atoms]
        self.sets = range(len(every))
        self._inside = _inside(releases)
        self.shown = self.show(self.counts)

    def of_levels(self, counts: Sequence[Counts]) -> "World":
        """A world with these answers, to somebody who knows of each authority whether it gave a level."""
        made = copy(self)
        made.counts = [atom[:NONE] for atom in counts]
        made.shown = made.show(made.counts)
        return made

    def total(self, counts: Sequence[Counts], place: int) -> Counts:
        """How many of a set gave each level, or none."""
        inside = [atom for pattern, atom in zip(self.patterns, counts, strict=True) if pattern >> place & 1]
        return tuple(map(sum, zip(*inside, strict=True)))

    def show(self, counts: Sequence[Counts]) -> list[Counts]:
        """Of each set its shares and of how many at least, or why they are not shown."""
        totals = [self.total(counts, place) for place in self.sets]
        shown = [_shares(total) for total in totals]
        for first, second in self._inside:
            if len(shown[first]) > 1 and len(shown[second]) > 1:
                apart = tuple(abs(a - b) for a, b in zip(totals[first], totals[second], strict=True))
                shown[second] = APART if says_too_much(apart) else shown[second]
        return shown

    def looks_like(self, counts: Sequence[Counts]) -> bool:
        """Whether the same would be shown if these were the answers."""
        # Most worlds that are tried differ in the first set already.
        for place, shown in zip(self.sets, self.shown, strict=True):
            if shown != APART and _shares(self.total(counts, place)) != shown:
                return False
        return self.show(counts) == self.shown

    def bounds(self, place: int) -> Bounds:
        """Between what the answers of a set are, as far as what is shown of it tells."""
        total = self.total(self.counts, place)
        size = sum(total)
        if len(self.shown[place]) <= 1:
            return (0,) * len(total), (size,) * len(total)
        return _between(self.shown[place], size, len(total) > NONE)


def _inside(releases: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The places of sets that were shown together and of which one is in the other, the one that was shown first."""
    found: list[tuple[int, int]] = []
    start = 0
    for sets in releases:
        for (first, one), (second, other) in combinations(enumerate(sets, start), 2):
            if one != other and one & other in (one, other):
                found.append((first, second))
        start += len(sets)
    return found


def _atoms(everybody: int, sets: Sequence[int]) -> list[tuple[int, int]]:
    """Authorities by the sets that they are in, as bits; those in none are left out."""
    atoms = [(0, everybody)]
    for place, mask in enumerate(sets):
        parted = [
            part
            for pattern, whole in atoms
            for part in ((pattern, whole & ~mask), (pattern | 1 << place, whole & mask))
        ]
        atoms = [(pattern, whole) for pattern, whole in parted if whole]
    return [(pattern, whole) for pattern, whole in atoms if pattern]


def says_too_much(counts: Counts) -> bool:
    """Whether fewer than five gave a level, or all of them, or all but one, gave the same."""
    given = counts[:NONE]
    return sum(given) < FEWEST or max(given) >= sum(given) - 1


@lru_cache(maxsize=100_000)
def _shares(counts: Counts) -> Counts:
    """Shares in per cent of those who gave a level, to the nearest ten, halves up; and how many those are at least."""
    if says_too_much(counts):
        return HIDDEN
    given = counts[:NONE]
    whole = sum(given)
    return (*((20 * count + whole) // (2 * whole) * 10 for count in given), _floor(whole))


def _floor(whole: int) -> int:
    return next(floor for floor in AT_LEAST if whole >= floor)


@lru_cache(maxsize=10_000)
def _between(shown: Counts, size: int, some_may_not_know: bool) -> Bounds:
    """The least and the most that what is shown of a set of this size can stand for."""
    *shares, floor = shown
    # Where some may have given no level, only the floor is known of how many did.
    above = [more - 1 for more in AT_LEAST if more > floor]
    few, many = (floor, min([size, *above])) if some_may_not_know else (size, size)
    # A share of s stands for s - 5 per cent up to less than s + 5.
    least = [max(0, -(-few * (share - 5) // 100)) for share in shares]
    most = [min(many, -(-many * (share + 5) // 100) - 1) for share in shares]
    none = (size - many, size - few) if some_may_not_know else ()
    return (*least, *none[:1]), (*most, *none[1:])


def is_open(world: World) -> bool:
    """Whether each authority may have answered something else, as far as anybody can tell who is shown this world.

    Whoever gave a level may have given another, even to who knows that they gave one; whoever gave none may have given
    one.
    """
    none = [atom for atom, counts in enumerate(world.counts) if counts[NONE] == sum(counts)]
    return _are_levels_open(world, world.counts) and all(
        # What would not be shown is no other world.
        _has_other(world, atom, NONE, lambda counts: world.looks_like(counts) and _are_levels_open(world, counts))
        for atom in none
    )


def _are_levels_open(world: World, counts: Sequence[Counts]) -> bool:
    known = world.of_levels(counts)
    return all(
        _has_other(known, atom, gave.index(max(gave)), known.looks_like)
        for atom, gave in enumerate(known.counts)
        # Where an atom gave two levels, any two of it may have answered the other way round.
        if 0 < sum(gave) == max(gave)
    )


def _has_other(world: World, atom: int, level: int, fits: Fits) -> bool:
    """Whether somebody of an atom in which all gave this answer may have given another, in a world that fits."""
    near = (_moved(world.counts, moves) for moves in _moves(world, atom, level))
    return any(fits(counts) for counts in near) or _Search(world, atom, level, fits).finds()


def _moves(world: World, atom: int, level: int) -> Iterator[list[tuple[int, int, int]]]:
    """What leads to a world near by: one answer changed, or two the opposite ways; each as atom, from, to."""
    others = [other for other in range(len(world.counts[atom])) if other != level]
    yield from ([(atom, level, other)] for other in others)
    for other, (place, counts) in product(others, enumerate(world.counts)):
        if counts[other]:
            yield [(atom, level, other), (place, other, level)]


def _moved(counts: Sequence[Counts], moves: Sequence[tuple[int, int, int]]) -> list[Counts]:
    made = [list(atom) for atom in counts]
    for atom, level, other in moves:
        made[atom][level] -= 1
        made[atom][other] += 1
    return [tuple(atom) for atom in made]


FIELD = 16
GUARD = 1 << FIELD - 1
"""Sums of every level of every set stand in one number, a field each: so many are compared in one step."""


class _Search:
    """Looks through the worlds around one for another that shows the same, atom by atom."""

    def __init__(self, world: World, atom: int, level: int, fits: Fits) -> None:
        self._world = world
        self._fits = fits
        counts = world.counts
        self._order = sorted(range(len(counts)), key=lambda place: (place != atom, sum(counts[place])))
        few = sum(map(sum, counts)) <= FEW
        choices = [_around(counts[place], FEW if few else REACH) for place in self._order]
        self._left = EVERY_STEP if few else STEPS
        # In the first atom, the one that is asked about, somebody has to give another level.
        choices[0] = [each for each in choices[0] if each[level] < sum(each)]
        self._choices = choices
        # What an atom's answers add to the sums of every set that it is in.
        self._packed = [
            [_packed(each) * spread for each in some]
            for spread, some in zip(map(self._spread, self._order), choices, strict=True)
        ]
        self._guards = _pack([GUARD] * len(counts[0]) * len(world.sets))
        self._rooms = self._made_rooms()

    def finds(self) -> bool:
        return self._from([], 0)

    def _from(self, chosen: list[Counts], sums: int) -> bool:
        """Whether the atoms that are left can be chosen so that all is shown as it is."""
        done = len(chosen)
        if done == len(self._order):
            made = dict(zip(self._order, chosen, strict=True))
            return self._fits([made[place] for place in range(done)])
        low, high = self._rooms[done]
        for counts, packed in zip(self._choices[done], self._packed[done], strict=True):
            self._left -= 1
            if self._left < 0:
                return False
            new = sums + packed
            if (new + low) & (high - new) & self._guards == self._guards and self._from([*chosen, counts], new):
                return True
        return False

    def _spread(self, atom: int) -> int:
        """What copies the four fields of an atom's answers to the place of every set that it is in."""
        width = FIELD * len(self._world.counts[0])
        pattern = self._world.patterns[atom]
        return sum(1 << width * place for place in self._world.sets if pattern >> place & 1)

    def _made_rooms(self) -> list[tuple[int, int]]:
        """After each atom, between what all sums must be for those that are left to make up the rest, with guards."""
        bounds = [self._world.bounds(place) for place in self._world.sets]
        low = _pack([GUARD - count for least, _ in bounds for count in least])
        high = _pack([GUARD + count for _, most in bounds for count in most])
        rooms: list[tuple[int, int]] = []
        for at, choices in reversed(list(zip(self._order, self._choices, strict=True))):
            rooms.append((low, high))
            columns = list(zip(*choices, strict=True))
            low += _pack(list(map(max, columns))) * self._spread(at)
            high -= _pack(list(map(min, columns))) * self._spread(at)
        return rooms[::-1]


def _pack(numbers: Sequence[int]) -> int:
    return sum(number << FIELD * place for place, number in enumerate(numbers))


@lru_cache(maxsize=100_000)
def _packed(counts: Counts) -> int:
    return _pack(counts)


@lru_cache(maxsize=1_000)
def _around(counts: Counts, reach: int) -> list[Counts]:
    """How an atom may have answered, the nearest first: as it did, or with at most so many answers changed."""
    found = {counts: 0}
    edge = [counts]
    for distance in range(1, min(reach, sum(counts)) + 1):
        edge = [new for new in {new: 0 for old in edge for new in _neighbours(old)} if new not in found]
        found |= dict.fromkeys(edge, distance)
    return sorted(found, key=lambda each: found[each])


def _neighbours(counts: Counts) -> list[Counts]:
    places = range(len(counts))
    return [
        _moved([counts], [(0, level, other)])[0]
        for level in places
        for other in places
        if level != other and counts[level]
    ]
