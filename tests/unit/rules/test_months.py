"""A month is counted as it was: by the days things began and ceased, whatever has become of them since."""

from datetime import date, datetime

import pytest

from gridclient.rules.facts import LONG_AGO, Door, History, Home, Person, Turned, Written
from gridclient.rules.measures import MEASURES
from gridclient.rules.months import (
    Counted,
    Fact,
    added,
    came,
    change,
    closed_share,
    late,
    reached_share,
    spans_of,
    there,
    went,
    whom,
)

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
START = int(datetime(2026, 1, 5, 9).timestamp() * 1000)
LATER = int(datetime(2026, 10, 8, 9).timestamp() * 1000)
FIRST, BY_HAND, BROUGHT = Written("entry", START), Written("entry", LATER), Written("import", LATER)


def on(day: int, month: int = 10) -> date:
    return date(2026, month, day)


def test_the_spans_of_a_month_are_its_year_the_month_before_and_a_year_ago() -> None:
    spans = spans_of(*OCTOBER)

    assert spans.before == (on(1, 9), on(30, 9))
    assert spans.year == (on(1, 1), on(31))
    assert spans.last == (date(2025, 10, 1), date(2025, 10, 31))


@pytest.mark.parametrize(
    ("first", "last", "before", "a_year_ago"),
    [
        ("2026-01-01", "2026-01-31", ("2025-12-01", "2025-12-31"), ("2025-01-01", "2025-01-31")),
        ("2025-02-01", "2025-02-28", ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        ("2024-02-01", "2024-02-29", ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ("2026-07-01", "2026-09-30", ("2026-04-01", "2026-06-30"), ("2025-07-01", "2025-09-30")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31"), ("2025-01-01", "2025-12-31")),
        ("2026-10-05", "2026-10-11", ("2026-09-28", "2026-10-04"), ("2025-10-05", "2025-10-11")),
    ],
)
def test_before_a_period_comes_one_as_long(
    first: str, last: str, before: tuple[str, str], a_year_ago: tuple[str, str]
) -> None:
    spans = spans_of(date.fromisoformat(first), date.fromisoformat(last))

    assert tuple(day.isoformat() for day in spans.before) == before
    assert tuple(day.isoformat() for day in spans.last) == a_year_ago


FACTS = {
    "homes": [Fact("h1"), Fact("h2", on(10)), Fact("h3", None, on(10)), Fact("h4", on(1, 11)), Fact("h5", on(31))],
    "visits": [
        Fact("v1", on(1), about="h1", tags=frozenset({"met"})),
        Fact("v2", on(31), about="h1", tags=frozenset({"met"})),
        Fact("v3", on(30, 9), about="h2", tags=frozenset({"met"})),
        Fact("v4", on(15), about="h3", tags=frozenset({"phoned"})),
        Fact("v5", on(15), about="h5", tags=frozenset({"nobody"})),
        Fact("v6", on(15), about="elsewhere", tags=frozenset({"met"})),
    ],
    "matters": [
        Fact("m1", on(1, 9), on(3), on(30, 9)),
        Fact("m2", on(2), on(1, 11), on(20)),
        Fact("m3", on(31), None, on(31)),
        Fact("m4", on(5), on(31), on(1)),
        Fact("m5", on(1, 8), LONG_AGO),
        Fact("m6", on(1, 9), None, None),
    ],
    "activities": [
        Fact("a1", on(3), amounts={"opinions": 4}),
        Fact("a2", on(9), amounts={"opinions": 0}),
        Fact("a3", on(30, 9), amounts={"opinions": 7}),
    ],
}  # fmt: skip


def test_what_began_on_the_first_or_the_last_day_belongs_to_the_month() -> None:
    assert came("visits")(FACTS, OCTOBER).ids == ("v1", "v2", "v4", "v5", "v6")
    assert came("visits", "met")(FACTS, OCTOBER).ids == ("v1", "v2", "v6")
    assert came("homes")(FACTS, OCTOBER).ids == ("h2", "h5")
    assert went("homes")(FACTS, OCTOBER).ids == ("h3",)


def test_who_has_left_still_counts_in_the_months_before() -> None:
    september = on(1, 9), on(30, 9)

    assert there("homes")(FACTS, september).ids == ("h1", "h3")
    assert there("homes")(FACTS, OCTOBER).ids == ("h1", "h2", "h5")


def test_what_is_still_open_is_late_after_its_day_and_not_on_it() -> None:
    assert there("matters")(FACTS, OCTOBER).ids == ("m2", "m3", "m6")
    assert late("matters")(FACTS, OCTOBER).ids == ("m2",)


def test_what_was_closed_is_a_share_of_what_was_open_and_what_came() -> None:
    share = closed_share("matters")(FACTS, OCTOBER)

    assert share.ids == ("m1", "m4")
    assert (share.number, share.of, share.words) == (2, 5, "40%")


def test_a_household_met_twice_is_one_and_one_unknown_here_is_none() -> None:
    assert whom("visits", "homes", "met", "phoned")(FACTS, OCTOBER).ids == ("h1", "h3")
    share = reached_share("visits", "homes", "met", "phoned")(FACTS, OCTOBER)
    assert (share.ids, share.of) == (("h1",), 3), "h3 has left by the end of the month"


def test_a_sum_lists_those_that_add_to_it() -> None:
    assert added("activities", "opinions")(FACTS, OCTOBER) == Counted(("a1",), 4)


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (Counted(number=3), Counted(number=2), "+50%"),
        (Counted(number=2), Counted(number=3), "-33.3%"),
        (Counted(number=2), Counted(number=2), "0"),
        (Counted(number=2), Counted(number=0), "—"),
        (Counted(number=1, of=2), Counted(number=1, of=4), "+25点"),
        (Counted(number=1, of=2), Counted(number=0, of=0), "—"),
    ],
)
def test_a_change_is_told_against_what_there_was(now: Counted, before: Counted, words: str) -> None:
    assert change(now, before) == words


def home(id_: str, written: Written = FIRST, removed_why: str | None = None) -> Home:
    return Home(id_, "registered", None if removed_why is None else LATER, removed_why or "", written)


def person(id_: str, of: str, name: str, written: Written = FIRST, **more: object) -> Person:
    told = {"population": "registered", "labels": [], "since": None, "left_how": "", "left_on": None} | more
    return Person(id=id_, household=of, name=name, written=written, **told)  # type: ignore[arg-type]


def turned(turn: str, day: date, of: str, *people: str, other: str = "", door: str = "") -> Turned:
    return Turned(turn, day, of, other, door, list(people))


def begun(facts: list[Fact]) -> dict[str, tuple[date | None, date | None]]:
    return {fact.id: (fact.begun, fact.ended) for fact in facts}


def test_a_household_counts_from_its_founding_to_its_end() -> None:
    history = History(
        [
            turned("founded", on(3), "new"),
            turned("split", on(4), "old", other="part"),
            turned("gone", on(5), "left"),
            turned("merged", on(6), "old", other="taken"),
        ],
        START,
    )
    homes = [
        home("new", BY_HAND), home("part", BY_HAND), home("old"), home("left", removed_why="整户迁出"),
        home("taken", removed_why="并户"), home("mistake", removed_why="登记错了"), home("hand", BY_HAND),
        home("brought", BROUGHT),
    ]  # fmt: skip

    assert begun(list(history.homes(homes))) == {
        "new": (on(3), None),
        "part": (on(4), None),
        "old": (None, None),
        "left": (None, on(5)),
        "taken": (None, on(6)),
        "hand": (on(8), None),
        "brought": (None, None),
    }


def test_a_person_counts_from_the_day_of_coming_to_that_of_leaving() -> None:
    history = History(
        [
            turned("joined", on(3), "h1", "甲"),
            turned("born", on(4), "h1", "乙"),
            turned("left", on(5), "h2", "丙"),
            turned("joined", on(5), "h1", "丙"),
        ],
        START,
    )
    people = [
        person("joined", "h1", "甲", BY_HAND),
        person("born", "h1", "乙", BY_HAND),
        person("moved", "h1", "丙"),
        person("dated", "h2", "丁", since=on(2, 6)),
        person("gone", "h2", "戊", left_how="moved", left_on=on(9)),
        person("lost", "h2", "己", left_how="moved"),
    ]
    facts = list(history.people(people))

    assert begun(facts) == {
        "joined": (on(3), None),
        "born": (on(4), None),
        "moved": (None, None),
        "dated": (on(2, 6), None),
        "gone": (None, on(9)),
        "lost": (None, LONG_AGO),
    }
    assert [fact.id for fact in facts if "born" in fact.tags] == ["born"]


def test_a_dwelling_is_let_as_its_tenants_come_and_go() -> None:
    turns = [
        turned("let", on(1, 3), "t1", door="twice"), turned("vacated", on(1, 5), "t1", door="twice"),
        turned("let", on(2), "t2", door="twice"),
        turned("vacated", on(7), "t3", door="empty"),
        turned("let", on(1, 3), "t4", door="shared"), turned("let", on(1, 4), "t5", door="shared"),
        turned("vacated", on(1, 5), "t4", door="shared"),
        turned("let", on(1, 3), "t6", door="own"),
    ]  # fmt: skip
    doors = [
        Door("twice", "02", FIRST), Door("empty", "03", FIRST), Door("shared", "02", FIRST),
        Door("own", "01", FIRST), Door("always", "02", FIRST), Door("never", "01", FIRST),
    ]  # fmt: skip
    facts = [(f.id, f.begun, f.ended) for f in History(turns, START).rented(doors)]

    assert facts == [
        ("twice", on(1, 3), on(1, 5)),
        ("twice", on(2), None),
        ("empty", None, on(7)),
        ("shared", on(1, 3), None),
        ("own", on(1, 3), LONG_AGO),
        ("always", None, None),
    ]


def test_every_measure_is_named_once_and_says_what_counts() -> None:
    assert len({m.name for m in MEASURES}) == len(MEASURES)
    assert len({(m.family, m.words) for m in MEASURES}) == len(MEASURES)
    assert all(m.says.endswith("。") for m in MEASURES)
