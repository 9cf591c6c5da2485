"""How wide the columns of a table are: what they hold decides, within the room there is."""

from collections.abc import Sequence
from math import ceil


def shared(room: int, usual: Sequence[int], needed: Sequence[int], least: int) -> list[int]:
    """The widths of columns in pixels, from their usual widths and what their longest text needs.

    Columns whose texts are cut get the room to spare, and what the others do not need; what is then left goes to the
    last. Where there is too little the widest give way, none below ``least`` unless it is usually narrower.
    """
    given = list(usual)
    lacking = [max(0, n - g) for g, n in zip(given, needed, strict=True)]
    unneeded = [max(0, g - n) for g, n in zip(given, needed, strict=True)]
    short = sum(lacking) + sum(given) - room
    if short > 0:
        _move(given, unneeded, -short)
    if sum(given) < room:
        _move(given, lacking, room - sum(given))
    _level(given, room, least)
    given[-1] += max(0, room - sum(given))
    return given


def _move(given: list[int], by: Sequence[int], most: int) -> None:
    """Widen columns, or narrow them when ``most`` is negative, each in proportion and by ``abs(most)`` together."""
    share = min(1.0, abs(most) / max(1, sum(by)))
    for column, pixels in enumerate(by):
        given[column] += int(pixels * share) if most > 0 else -ceil(pixels * share)


def _level(given: list[int], room: int, least: int) -> None:
    """Take from the widest columns until they fit, or all are at their least."""
    over = sum(given) - room
    while over > 0:
        widest = max(range(len(given)), key=given.__getitem__)
        if given[widest] <= least:
            return
        rest = max((g for place, g in enumerate(given) if place != widest), default=0)
        cut = min(over, given[widest] - max(least, min(rest, given[widest] - 1)))
        given[widest] -= cut
        over -= cut
