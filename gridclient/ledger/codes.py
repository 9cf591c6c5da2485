"""The square code of a household's reference: as lines on a page, and as a picture for a workbook. Pure.

A quarter of it may be soiled and it is still read; at 9 mm a module is 0.4 mm, which any scanner sees.
"""

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from gridclient.ledger.page import Canvas
from gridclient.rules.references import SIGN

if TYPE_CHECKING:
    from segno import QRCode

MODULES = 21  # to a side: the smallest code there is holds what it must
LEAST = 9.0  # mm: no smaller on any paper
MASK = 3  # any is read; to find the fairest of eight takes six times as long
OVERLAP = 1.03  # rows of modules, so that no hair of white runs between them
PIXELS = 12  # to a module in the picture
WHITE = 2  # modules around it there
PICTURE = (MODULES + 2 * WHITE) * PIXELS  # to a side


def load() -> None:
    """Load what makes codes: before a page with one is painted, and not on the window's thread."""
    modules("0" * 12)


@lru_cache(maxsize=512)
def modules(reference: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the code, dark where true, without the white around it."""
    return tuple(tuple(map(bool, row)) for row in _code(reference).matrix_iter(border=0))


def draw(canvas: Canvas, reference: str, left: float, top: float, side: float) -> None:
    """Set the code into a square of ``side`` mm."""
    unit = side / MODULES
    for number, row in enumerate(modules(reference)):
        y = top + (number + 0.5) * unit
        for start, end in _runs(row):
            canvas.rule(left + start * unit, y, left + end * unit, y, unit * OVERLAP)


def picture(reference: str) -> BytesIO:
    """The code as a PNG, with the white a scanner needs around it."""
    out = BytesIO()
    _code(reference).save(out, kind="png", scale=PIXELS, border=WHITE)
    out.seek(0)
    return out


def _code(reference: str) -> "QRCode":
    import segno  # takes long to load, and most papers have no code

    return segno.make_qr(SIGN + reference, error="q", version=1, mask=MASK, boost_error=False)


def _runs(row: tuple[bool, ...]) -> Iterator[tuple[int, int]]:
    """Where dark modules stand side by side: first, and one after the last."""
    edges = [at for at in range(len(row) + 1) if (at > 0 and row[at - 1]) != (at < len(row) and row[at])]
    return zip(edges[::2], edges[1::2], strict=True)
