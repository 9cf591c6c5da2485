"""The table of what each role reads and does, and every line of it tried."""

from typing import Any

import pytest

from sync.conflict import CONFLICT
from sync.errors import Refused
from sync.protocol import BucketQuery, Change, Stamp, Verdict, Written
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import (
    BESIDE,
    COMMUNITY,
    GRID,
    OTHER,
    add,
    ask,
    made,
    sign_in,
)

ABOVE = "510001001"  # the subdistrict, above the community


READ = {  # what each role reads when it is given the community: the area of a record → whether it is shown
    GRID: True,
    COMMUNITY: True,
    ABOVE: True,
    "*": True,
    OTHER: False,
}
WRITE: dict[Role, dict[tuple[str, str], bool]] = {  # (kind, area) → whether a change of it is taken
    Role.GRID_WORKER: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): False,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
    Role.CLERK: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): True,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
    Role.SUBDISTRICT: {
        ("household", GRID): False,
        ("household", COMMUNITY): False,
        ("household", ABOVE): False,
        ("household", "*"): False,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter_step", GRID): True,
        ("matter", ABOVE): False,
        ("matter", "*"): False,
        ("matter", OTHER): False,
        ("conflict", GRID): False,
    },
    Role.ADMIN: {
        ("household", GRID): True,
        ("household", COMMUNITY): True,
        ("household", ABOVE): False,
        ("household", "*"): True,
        ("household", OTHER): False,
        ("matter", GRID): True,
        ("matter", OTHER): False,
        ("conflict", GRID): True,
    },
}
ACTS = [(role, kind, area, may) for role, acts in WRITE.items() for (kind, area), may in acts.items()]


@pytest.fixture
def staffed(hub: SqlHub) -> SqlHub:
    """One account of each role, all given the community, and somebody above everything."""
    for role in Role:
        add(hub, role.value, COMMUNITY, role)
    add(hub, "above", "5100", Role.ADMIN)
    return hub


def _of(change: Change, **more: Any) -> Change:
    return Change(**{name: getattr(change, name) for name in Change.__struct_fields__} | more)


def _offered(change: Change, origin: str) -> Change:
    """A conflict is made by the centre alone, and offered back when the centre forgot it."""
    return _of(change, written={"": Written(origin, 1, change.at)}) if change.kind == CONFLICT else change


@pytest.mark.parametrize(("role", "kind", "area", "may"), ACTS)
def test_each_role_makes_edits_moves_and_removes_only_what_is_its_own(
    staffed: SqlHub, role: Role, kind: str, area: str, may: bool
) -> None:
    above, token = (sign_in(staffed, name).token for name in ("above", role.value))
    field = "choice" if kind == CONFLICT else "room"
    held = _offered(_of(made(1, area=area, by="above", **{field: "1"}), kind=kind), "above")
    ask(staffed, above, held, origin="above")
    edit = _of(held, mseq=2, tx=2, made=False, written={}, groups={field: {field: "2"}}, by=role.value)
    removal = {"life": {"removed_at": 1, "removed_why": "重复"}}
    turns = [
        _offered(_of(made(1, area=area, by=role.value), kind=kind), role.value),
        edit,
        _of(edit, mseq=3, tx=3, groups={"area": {"area": BESIDE}}),
        _of(edit, mseq=4, tx=4, groups=removal, base={"": Stamp("above", 1)}),
    ]

    receipts = ask(staffed, token, *turns, origin=role.value).receipts

    taken = [receipt.verdict in (Verdict.APPLIED, Verdict.CLASHED) for receipt in receipts]
    assert taken == [may] * 4
    assert all(receipt.title for receipt in receipts if receipt.verdict is Verdict.REFUSED)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("area", READ)
def test_each_role_is_shown_its_areas_what_is_above_and_what_is_everyones(
    staffed: SqlHub, role: Role, area: str
) -> None:
    ask(staffed, sign_in(staffed, "above").token, made(1, area=area, by="above"), origin="above")
    token = sign_in(staffed, role.value).token

    streams = ask(staffed, token, have={area: 0}, origin=role.value).streams

    assert [stream.area for stream in streams] == [area] * READ[area]
    if READ[area]:
        assert staffed.repair(token, BucketQuery(area=area)).head == 1
    else:
        with pytest.raises(Refused, match="权限"):
            staffed.repair(token, BucketQuery(area=area))


def test_the_subdistrict_passes_a_matter_on_within_its_own_area(staffed: SqlHub) -> None:
    token = sign_in(staffed, "subdistrict").token
    matter = _of(made(1, by="subdistrict"), kind="matter")
    moves = [
        _of(matter, mseq=n, tx=n, made=False, groups={"area": {"area": to}})
        for n, to in ((2, BESIDE), (3, OTHER))
    ]

    receipts = ask(staffed, token, matter, *moves).receipts

    assert [r.verdict.name for r in receipts] == ["APPLIED", "APPLIED", "REFUSED"]


def test_a_role_counts_from_the_next_request_on(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    first = ask(hub, token, made(1))
    hub.accounts().change_role("wang", Role.SUBDISTRICT)

    second = ask(hub, token, made(2))

    assert (first.receipts[0].verdict, second.receipts[0].verdict) == (Verdict.APPLIED, Verdict.REFUSED)
    assert second.scope.gen == first.scope.gen + 1
