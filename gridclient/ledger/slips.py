"""Small forms on one sheet of paper, one above the other, parted by a line to cut along. Pure; lengths are mm."""

from collections.abc import Iterator

from gridclient.ledger.page import Line, Page, Pages
from gridclient.ledger.sheet import Paper

DASH, SPACE = 3.0, 2.0


def on_sheets(slips: Pages, paper: Paper) -> Pages:
    """The pages of the paper, each with as many of the slips as it holds; slips themselves where it holds one."""
    if paper.slips == 1:
        return slips
    count = -(-len(slips) // paper.slips)
    return Pages(slips.title, count, lambda number: _sheet(slips, paper, number, count))


def _sheet(slips: Pages, paper: Paper, number: int, count: int) -> Page:
    shown = slips[number * paper.slips : (number + 1) * paper.slips]
    moved = [_moved(slip, place * paper.height) for place, slip in enumerate(shown)]
    cuts = [line for place in range(1, paper.slips) for line in _cut(place * paper.height, paper.width)]
    texts = tuple(text for slip in moved for text in slip.texts)
    lines = (*(line for slip in moved for line in slip.lines), *cuts)
    return Page(number + 1, count, paper.width, paper.height * paper.slips, texts, lines)


def _moved(slip: Page, down: float) -> Page:
    texts = tuple(text._replace(y=text.y + down) for text in slip.texts)
    lines = tuple(line._replace(y1=line.y1 + down, y2=line.y2 + down) for line in slip.lines)
    return Page(slip.number, slip.of, slip.width, slip.height, texts, lines)


def _cut(y: float, width: float) -> Iterator[Line]:
    x = 0.0
    while x < width:
        yield Line(x, y, min(x + DASH, width), y)
        x += DASH + SPACE
