"""What was written before an area, or a record, left its author: still taken, for as long as a clock is believed."""

from collections.abc import Iterable, Mapping

from sync.clock import adjusted, millis_of
from sync.protocol import Exchange

LATE_MS = 90 * 24 * 3600 * 1000  # how long after an area was withdrawn an edit made before is still taken


def until_lately(
    request: Exchange, formerly: Iterable[tuple[str, int]], *, now: int
) -> tuple[frozenset[str], frozenset[str]]:
    """Of the areas withdrawn, each ``(area, when)``, those this request may still write in, and the others.

    All the request holds for an area must have been made before. Times are milliseconds of the hub's clock.
    """
    lately, lost = set[str](), set[str]()
    for code, until in formerly:
        told = [change.at for change in request.changes if change.area.startswith(code)]
        before = all(_by_hub(at, request, now=now) <= until for at in told)
        (lately if now - until <= LATE_MS and before else lost).add(code)
    return frozenset(lately), frozenset(lost)


def last_told(request: Exchange, *, now: int) -> Mapping[str, int]:
    """When the latest change of each record in this request was made, by the hub's clock in milliseconds."""
    latest: dict[str, int] = {}
    for change in request.changes:
        latest[change.id] = max(_by_hub(change.at, request, now=now), latest.get(change.id, 0))
    return latest


def _by_hub(at: int, request: Exchange, *, now: int) -> int:
    return millis_of(adjusted(at, laptop_now=request.now, hub_now=now))
