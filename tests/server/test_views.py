"""Whoever asks the database finds one typed view for each kind of record, whatever laptops put into it."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from gridclient.records import DictionaryEntry, Household, Resident, Visit
from gridclient.records.__main__ import declarations
from sync.clock import pack, wall_millis
from sync.errors import Refused
from sync.protocol import Change
from sync.record import SyncedRecord, groups_of, new_id
from sync.server import tables
from sync.server.audit import acts
from sync.server.database import writing
from sync.server.hub import SqlHub
from sync.server.rights import Role
from sync.server.views import Declaration, declared_in, drop, refresh, shipped
from tests.server.centre import COMMUNITY, GRID, add, ask, sign_in

ROOT = Path(__file__).parents[2]


@pytest.fixture
def office(either_hub: SqlHub) -> "Office":
    add(either_hub, "clerk", COMMUNITY, Role.CLERK)
    return Office(either_hub)


class Office:
    """A clerk's laptop that stores what it is told, and the database as SQL shows it."""

    def __init__(self, hub: SqlHub) -> None:
        self.hub, self._mseq = hub, 0
        self._token = sign_in(hub, "clerk").token

    def put(self, kind: str, *, area: str = GRID, id_: str = "", **values: Any) -> str:
        """Store a record of any kind with any values; its id."""
        self._mseq += 1
        id_ = id_ or new_id()
        change = Change(
            mseq=self._mseq,
            tx=self._mseq,
            kind=kind,
            id=id_,
            area=area,
            groups=_groups(values),
            at=pack(wall_millis()),
            by="clerk",
            made=True,
        )
        (receipt,) = ask(self.hub, self._token, change).receipts
        assert receipt.verdict.name in ("APPLIED", "AGREED"), receipt.title
        return id_

    def save(self, record: SyncedRecord) -> str:
        """Store a record as a laptop would send it."""
        told = record.model_dump(mode="json")
        names = [name for group, own in groups_of(type(record)).items() if group != "area" for name in own]
        return self.put(
            record.kind(),
            area=record.area,
            id_=record.id,
            **{n: told[n] for n in names if n[:7] != "removed"},
        )

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with self.hub.engine.connect() as db:
            return [tuple(row) for row in db.execute(text(question))]


def _groups(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    life = {name: values.pop(name) for name in ("removed_at", "removed_why") if name in values}
    return {name: {name: value} for name, value in values.items()} | ({"life": life} if life else {})


def _same(engine: Engine, value: Any) -> Any:
    """What SQLite, which has no dates and booleans of its own, gives for a value."""
    if engine.dialect.name != "sqlite":
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal):
        return float(value)
    return (
        value.isoformat(sep=" ")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
    )


def test_one_command_makes_a_typed_view_of_every_declared_kind(office: Office) -> None:
    home = office.save(Household(area=GRID, household_no="H-1"))
    office.save(Resident(area=GRID, household=home, name="张三（虚构）", birth=date(1990, 2, 28)))
    office.save(Visit(area=GRID, household=home, recorded_at=datetime(2026, 11, 20, 9, 30)))
    office.save(DictionaryEntry(area="*", dictionary="Tie"))

    views = refresh(office.hub.engine, shipped())

    assert {"v_household", "v_resident", "v_visit", "v_dictionary_entry", "v_conflict"} <= {
        v.name for v in views
    }
    engine = office.hub.engine
    assert office.ask(
        "SELECT r.name, r.birth, r.area FROM v_resident r JOIN v_household h ON r.household = h.id"
    ) == [("张三（虚构）", _same(engine, date(1990, 2, 28)), GRID)]
    assert office.ask("SELECT recorded_at FROM v_visit") == [(_same(engine, datetime(2026, 11, 20, 9, 30)),)]
    assert office.ask("SELECT area FROM v_dictionary_entry") == [("*",)]
    assert office.ask("SELECT count(*) FROM v_conflict") == [(0,)]


ODD: dict[str, list[Any]] = {
    "t": ["字", 7, 1.5, True, None, [1], {"a": "'"}, "a\x00b", "\\u0000", "\\\x00\x00", ""],
    "i": ["七", 7, 1.5, True, None, [1], {}, 1 << 70, -3, "7", 10**17],
    "n": ["七", 7, 1.5, False, None, [1], {}, 1 << 70, -0.25, "7", ""],
    "b": ["true", 1, 0, True, False, None, [], {}, "", 1.0, 0],
    "d": [
        "2026-02-28",
        "2026-02-30",
        "0000-01-01",
        "昨天",
        20260228,
        None,
        "2026-2-8",
        "2024-02-29",
        "",
        [],
        True,
    ],
    "m": [
        "2026-02-28T09:30:00",
        "2026-02-30T09:30:00",
        "2026-02-28T25:00:00",
        "2026-02-28",
        "2026-02-28T09:30",
        9,
        None,
        "T",
        "",
        [],
        {},
    ],
    "w": [0, 1_795_000_000_000, -1, 1 << 62, "1795000000000", None, 1.5, [], True, "", 10**15],
}
TYPED = {
    "t": "text",
    "i": "integer",
    "n": "number",
    "b": "boolean",
    "d": "date",
    "m": "moment",
    "w": "instant",
}


def test_a_value_of_another_type_is_null_and_no_error(office: Office) -> None:
    for turn in range(len(ODD["t"])):
        office.put("odd", order=turn, **{name: values[turn] for name, values in ODD.items()})

    refresh(office.hub.engine, {"odd": Declaration(TYPED | {"order": "integer"})})

    def column(name: str) -> list[Any]:
        return [value for (value,) in office.ask(f'SELECT {name} FROM v_odd ORDER BY "order"')]

    engine = office.hub.engine
    assert column("i") == [None, 7, None, None, None, None, None, None, -3, None, 10**17]
    assert [None if v is None else float(v) for v in column("n")] == [
        *(None, 7.0, 1.5, None, None, None, None, float(1 << 70), -0.25, None, None),
    ]
    assert column("b") == [_same(engine, v) for v in (None, None, None, True, False, *[None] * 6)]
    assert column("d") == [
        _same(engine, v) for v in (date(2026, 2, 28), *[None] * 6, date(2024, 2, 29), *[None] * 3)
    ]
    half = _same(engine, datetime(2026, 2, 28, 9, 30))
    assert column("m") == [half, None, None, None, half, *[None] * 6]
    assert [v is not None for v in column("w")] == [True, True, *[False] * 9]
    texts = column("t")
    assert texts[:5] == ["字", "7", "1.5", "true", None]
    assert texts[8] == "\\u0000"
    assert texts[10] == ""


def test_a_kind_nobody_declared_gets_the_types_its_records_have(office: Office) -> None:
    office.put("newer_kind", title="一", n=1, x=1, on="2026-02-28", ok=True, tags=["a"], mixed=1, blank="")
    office.put("newer_kind", title="二", n=2, x=1.5, on="", ok=None, tags=[], mixed="a", blank=None)

    (view,) = [view for view in refresh(office.hub.engine, {}) if view.kind == "newer_kind"]

    own = {name: view.columns[name] for name in ("title", "n", "x", "on", "ok", "tags", "mixed", "blank")}
    assert own == {
        "title": "text",
        "n": "integer",
        "x": "number",
        "on": "date",
        "ok": "boolean",
        "tags": "json",
        "mixed": "text",
        "blank": "text",
    }
    assert office.ask('SELECT "n" + 1, mixed FROM v_newer_kind ORDER BY title') == [(2, "1"), (3, "a")]


def test_a_field_of_a_newer_laptop_stands_behind_the_declared_ones(office: Office) -> None:
    office.put("household", household_no="H-1", nickname="小院", storeys=3)

    view = next(v for v in refresh(office.hub.engine, shipped()) if v.kind == "household")

    own = [name for name in view.columns if name not in SyncedRecord.model_fields]
    assert own[: len(shipped()["household"].fields)] == list(shipped()["household"].fields)
    assert {"nickname", "storeys"} < set(own)
    assert office.ask("SELECT nickname, storeys FROM v_household") == [("小院", 3)]


def test_removed_records_stand_only_in_the_complete_view(office: Office) -> None:
    office.put("household", household_no="H-1")
    office.put("household", household_no="H-2", removed_at=1_795_000_000_000, removed_why="重复")

    refresh(office.hub.engine, shipped())

    assert office.ask("SELECT household_no FROM v_household") == [("H-1",)]
    assert sorted(office.ask("SELECT household_no, removed_why FROM v_household_all")) == [
        ("H-1", None),
        ("H-2", "重复"),
    ]
    assert office.ask("SELECT count(*) FROM v_household_all WHERE removed AND removed_at IS NOT NULL") == [
        (1,)
    ]


def test_views_follow_the_declarations_and_go_when_asked(office: Office) -> None:
    office.put("household", household_no="7")
    engine = office.hub.engine
    refresh(engine, {"household": Declaration({"household_no": "text"})})
    refresh(engine, {"household": Declaration({"later": "date", "household_no": "integer"})})

    assert office.ask("SELECT later, household_no FROM v_household") == [(None, None)]
    assert drop(engine) == 1
    assert drop(engine) == 0
    with pytest.raises(Exception, match="v_household"):
        office.ask("SELECT 1 FROM v_household")
    assert [act.act for act in acts(engine, kind="views")] == ["views.refresh"] * 2 + ["views.drop"] * 2


def test_a_view_of_the_offices_own_is_left_alone(office: Office) -> None:
    engine = office.hub.engine
    with engine.begin() as db:
        db.execute(text("CREATE VIEW v_household AS SELECT 1 AS mine"))

    with pytest.raises(Refused, match="同名"):
        refresh(engine, shipped())

    assert drop(engine) == 0
    assert office.ask("SELECT mine FROM v_household") == [(1,)]


def test_names_from_laptops_do_no_harm(office: Office) -> None:
    office.put("odd_all", t=1)
    office.put("Odd", **{"T": 1, "t": 2, "select": 3, "area_": 4, "f" * 63: 5})
    office.put("odd", t=1)
    office.put("k" * 63, t=1)

    views = refresh(office.hub.engine, {})

    assert sum(view.kind.lower() == "odd" for view in views) == 1
    assert {"odd_all", "k" * 63}.isdisjoint(view.kind for view in views)


def test_a_body_too_deep_for_the_database_is_no_error(office: Office) -> None:
    deep, plain = office.put("household", household_no="H-1"), office.put("household", household_no="H-2")
    body = '{"household_no":"H-1","deep":' + "[" * 1500 + "]" * 1500 + "}"
    with writing(office.hub.engine) as db:
        db.execute(update(tables.record).where(tables.record.c.id == deep).values(body=body))

    refresh(office.hub.engine, shipped())

    assert sorted(office.ask("SELECT id FROM v_household")) == sorted([(deep,), (plain,)])
    assert ("H-2",) in office.ask("SELECT household_no FROM v_household")


def test_the_shipped_declarations_are_those_of_the_records() -> None:
    assert (ROOT / "resources" / "records.json").read_text("utf-8") == declarations(), "run `make docs`"


@pytest.mark.parametrize(
    "written",
    ["", "[]", '{"a": 1}', '{"a b": {"fields": {}}}', '{"a": {"fields": {"x": "varchar"}}}', "\udcff"],
)
def test_a_file_that_declares_nothing_sensible_is_refused_in_words(tmp_path: Path, written: str) -> None:
    file = tmp_path / "declarations.json"
    file.write_text(written, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(Refused, match="不合格式"):
        declared_in(file)
    with pytest.raises(Refused, match="读不到"):
        declared_in(tmp_path / "none.json")
