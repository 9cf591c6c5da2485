"""Which rows stand on which page: rows kept together, rows taller than a page, room for the end. Pure; mm."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

AIR = 2.0  # a row has this beyond its lines
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Strip:
    """One row with its words broken into lines; ``begins`` is False for the rest of a row cut by a page's end."""

    number: int
    lines: tuple[tuple[str, ...], ...]
    height: float
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Rows to be kept together; the columns in ``once`` hold the same in all of them and become one cell."""

    strips: tuple[Strip, ...]
    once: frozenset[int]
    line: float

    def height(self, count: int) -> float:
        """The height of the first ``count`` strips: that of the rows, or of the common cells when that is more."""
        return max(sum(s.height for s in self.strips[:count]), self.common_height)

    @property
    def common_height(self) -> float:
        most = max((len(self.strips[0].lines[i]) for i in self.once), default=0)
        return most * self.line + AIR if most else 0.0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of one group that stand together on one page, and their height."""

    strips: tuple[Strip, ...]
    once: frozenset[int]
    height: float
    common_height: float = 0.0

    @property
    def spare(self) -> float:
        """What every row is given beyond its own height, where the common cells need more than all rows do."""
        return (self.height - sum(s.height for s in self.strips)) / len(self.strips)


Plan = list[list[Chunk]]


def grouped(
    rows: Sequence[tuple[tuple[str, ...], ...]],
    first: int,
    *,
    once: frozenset[int],
    line: float,
    least: float,
    room: float,
) -> Group:
    """Rows (as lines of each cell), numbered from ``first``, as a group that can be laid on pages with this room."""
    shared = (i for i in once if len(rows) > 1 and rows[0][i])  # what is empty belongs to each row
    common = frozenset(i for i in shared if all(cells[i] == rows[0][i] for cells in rows))
    if any(len(rows[0][i]) * line + AIR > room for i in common):
        common = frozenset()
    strips = [
        strip
        for number, cells in enumerate(rows, first)
        for strip in _cut(number, cells, common, line=line, least=least, room=room)
    ]
    return Group(tuple(strips), common, line)


def paginate(groups: Iterable[Group], room: float, tail: float) -> Plan:
    """Fill pages from the top; the last one also has ``tail`` mm free for the totals and the signature."""
    pages: Plan = [[]]
    left = room
    for group in groups:
        while group.strips:
            count = _fitting(group, left, room)
            if not count:
                pages.append([])
                left = room
                continue
            chunk = Chunk(group.strips[:count], group.once, group.height(count), group.common_height)
            pages[-1].append(chunk)
            left -= chunk.height
            group = replace(group, strips=group.strips[count:])
    _make_room(pages, room - tail)
    return pages


def _fitting(group: Group, left: float, room: float) -> int:
    """How many strips to set here: all when they fit, none when they would fit together on a page of their own."""
    everything = len(group.strips)
    if group.height(everything) <= left + TOLERANCE:
        return everything
    if left < room - TOLERANCE and group.height(everything) <= room + TOLERANCE:
        return 0
    count = 0
    while count < everything and group.height(count + 1) <= left + TOLERANCE:
        count += 1
    return count if count or left < room - TOLERANCE else 1


def _make_room(pages: Plan, room: float) -> None:
    """Carry the last rows over to a further page while the end does not fit below them."""
    while pages[-1] and sum(c.height for c in pages[-1]) > room + TOLERANCE:
        chunk = pages[-1].pop()
        if pages[-1]:
            pages.append([chunk])
        elif len(chunk.strips) > 1:
            pages[-1].append(_part(chunk, chunk.strips[:-1]))
            pages.append([_part(chunk, chunk.strips[-1:])])
        else:
            pages[-1].append(chunk)
            pages.append([])


def _part(chunk: Chunk, strips: tuple[Strip, ...]) -> Chunk:
    return replace(chunk, strips=strips, height=max(sum(s.height for s in strips), chunk.common_height))


def _cut(
    number: int,
    cells: tuple[tuple[str, ...], ...],
    common: frozenset[int],
    *,
    line: float,
    least: float,
    room: float,
) -> Iterator[Strip]:
    most = max((len(lines) for i, lines in enumerate(cells) if i not in common), default=0)
    whole = max(1, int((room - AIR + TOLERANCE) / line))
    for start in range(0, max(most, 1), whole):
        piece = tuple(lines if i in common else lines[start : start + whole] for i, lines in enumerate(cells))
        tallest = max((len(lines) for i, lines in enumerate(piece) if i not in common), default=0)
        yield Strip(number, piece, max(least, tallest * line + AIR), begins=start == 0)
