"""Rows copied from Excel or WPS into a list: what they would do is shown, and done in one step when it is taken."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid
from sqlmodel import col

from gridclient import values
from gridclient.blanks import Field
from gridclient.exchange.block import Block, cells_of, recognise
from gridclient.exchange.typed import Proposal, Typed, propose
from gridclient.fields import RECORDS, RecordSpec
from gridclient.records import Dwelling, Household, Resident
from gridclient.rules.doors import parse
from gridclient.rules.registering import SECOND_HEAD, registered, second_head
from gridclient.ui.door_find import found_door
from gridclient.ui.paste_preview import PastePreview
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

FEW = 25  # rows read, or stored, in less time than one notices
HEADS = {  # how offices head the column that says where something belongs
    "household": ("户号", "住址", "现住址", "地址", "家庭住址", "居住地址", "房号", "室号"),
    "dwelling": ("地址", "住址", "房号", "房屋地址"),
    "building": ("楼栋名称", "所属楼栋"),
}
NOT_FOUND = {"household": "找不到这一户，或门里不止一户", "dwelling": "找不到这套房屋"}


Homes = dict[str, tuple[Household, Dwelling, list[Resident]]]


class ListPaste(PastePreview):
    """The preview that takes the place of a list and its form while something pasted is looked at."""

    def __init__(self, workspace: Workspace, kind: str, place: QWidget) -> None:
        super().__init__()
        self.workspace, self.spec, self._place = workspace, RECORDS[kind], place
        self.fields = [_headed(f) for f in self.spec.fields if not f.hidden and f.kind != "links"]
        self.accepted.connect(self._take)
        self.cancelled.connect(self._back)
        self.hide()

    def read_clipboard(self) -> None:
        """Show what the copied rows would do; say why nothing can be done with them."""
        block = recognise(cells_of(QGuiApplication.clipboard().text()), self.fields)
        if not block.heads or self.spec.append_only:
            self.workspace.say(
                f"没有认出{self.spec.title}的表头",
                "请在 Excel 里连表头一起复制，例如“姓名、身份证号、电话”，再按 Ctrl+V。",
            )
            return
        if len(block.rows) <= FEW:
            self._show(proposals(self.workspace, self.spec, block), block)
        else:
            self.workspace.start(self._look_beside(block))

    async def _look_beside(self, block: Block) -> None:
        words = f"正在核对粘贴的 {len(block.rows)} 行"
        found = await self.workspace.run(proposals, self.workspace, self.spec, block, text=words)
        if isValid(self):
            self._show(found, block)

    def _show(self, found: list[tuple[str, Proposal]], block: Block) -> None:
        self.show_block(found, block.unknown)
        self._place.hide()
        self.show()
        self.rows.setFocus()

    def _take(self, found: list[Proposal]) -> None:
        self._back()
        if len(found) <= FEW:
            with self.workspace.together(self._called(found)):
                self._store(found, {})
            self._say_taken(found)
        else:
            self.workspace.start(self._take_slowly(found))

    async def _take_slowly(self, found: list[Proposal]) -> None:
        """Store some rows at a time: the window stays alive, and all of them are one step of undo."""
        homes: Homes = {}
        with self.workspace.together(self._called(found)):
            for at in range(0, len(found), FEW):
                self._store(found[at : at + FEW], homes)
                await asyncio.sleep(0)
        self._say_taken(found)

    def _store(self, found: list[Proposal], homes: Homes) -> None:
        records = [record for proposal in found for record in self._records(proposal, homes)]
        self.workspace.save(*{record.id: record for record in records}.values())

    def _called(self, found: list[Proposal]) -> str:
        return f"粘贴{self.spec.title} {len(found)} 行"

    def _say_taken(self, found: list[Proposal]) -> None:
        self.workspace.say(f"已收下 {len(found)} 行", "按 Ctrl+Z 可以一次撤回。", Tone.GOOD)

    def _records(self, proposal: Proposal, homes: Homes) -> list[SyncedRecord]:
        """What is stored for one row; a resident's household counts him, and keeps its one head."""
        row = proposal.row
        for name, text in proposal.told.items():
            row.put(self.spec.field(name), text, self.workspace.today)
        record, _taken = row.filled()
        record.area = record.area or self.workspace.area_of(record)
        home = _home(self.workspace, record, homes) if isinstance(record, Resident) else None
        if home is None:
            return [record]
        household, door, members = home
        if second_head(record, household, members):
            record.relation = row.record.relation
        written = registered(record, household, members, door)
        homes[household.id] = (
            next((r for r in written if isinstance(r, Household)), household),
            door,
            [*(m for m in members if m.id != record.id), record],
        )
        return list(written)

    def _back(self) -> None:
        self.hide()
        self._place.show()
        self._place.setFocus()


def proposals(workspace: Workspace, spec: RecordSpec, block: Block) -> list[tuple[str, Proposal]]:
    """What each row of a block would do to the records of a kind, with the name of its record."""
    told = [block.told(row) for row in block.rows]
    links = [_linked(workspace, spec, line) for line in told]
    known = _known(workspace, spec, told)
    found = []
    for line, (ids, problems) in zip(told, links, strict=True):
        record, doubt = _match(spec, known, line | ids)
        row = Typed(record or spec.table(), new=record is None)
        wanting = (
            [f.label for f in spec.fields if f.required and f.to and f.name not in ids] if row.new else []
        )
        why_not = (
            doubt or "；".join(problems if wanting else ()) or "".join(f"没有写{w}" for w in wanting[:1])
        )
        proposal = propose(
            row,
            {k: v for k, v in line.items() if k not in ids and not spec.field(k).to} | ids,
            workspace.today,
            why_not,
        )
        problems = [*proposal.problems, *(p for p in problems if p not in why_not)]
        if isinstance(row.record, Resident) and _second_head(workspace, row, proposal.told):
            problems.append(SECOND_HEAD)
        changes = tuple(_in_words(workspace, spec, change) for change in proposal.changes)
        name = line.get("name") or line.get("number") or (spec.line(record) if record else "")
        found.append((name, replace(proposal, changes=changes, problems=tuple(problems))))
    return found


def _headed(field: Field) -> Field:
    return replace(field, synonyms=(*field.synonyms, *HEADS.get(field.to, ())))


def _linked(workspace: Workspace, spec: RecordSpec, line: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The ids meant by the links of a row, and a sentence for each that leads nowhere."""
    ids, problems = {}, []
    for name, text in line.items():
        field = spec.field(name)
        if not field.to:
            continue
        if id_ := _meant(workspace, field, text):
            ids[name] = id_
        else:
            problems.append(f"“{text[:16]}”：{NOT_FOUND.get(field.to, f'找不到这个{field.label}')}")
    return ids, problems


def _meant(workspace: Workspace, field: Field, text: str) -> str:
    """The one record a link's text means: a door by its address, a household by door or number, the rest by name."""
    replica, plain = workspace.replica, values.half_width(values.tidy(text))
    if field.to in ("dwelling", "household"):
        door = found_door(workspace, plain) if parse(plain) else ""
        if field.to == "dwelling":
            return door
        homes = replica.all(Household, Household.dwelling == door) if door else []
        homes = homes or replica.all(Household, Household.number == plain)
        return homes[0].id if len(homes) == 1 else ""
    target = RECORDS[field.to]
    called = next((n for n in ("name", "number") if n in target.by_name), "")
    found = replica.all(target.table, col(getattr(target.table, called)) == plain) if called else []
    return found[0].id if len(found) == 1 else ""


def _known(workspace: Workspace, spec: RecordSpec, told: Sequence[dict[str, str]]) -> list[Any]:
    """The stored records any of the rows may be about: one statement for each name by which a record is called."""
    found: dict[str, Any] = {}
    for name in _names(spec):
        wanted = {_plain(name, line[name]) for line in told if line.get(name)}
        column = col(getattr(spec.table, name))
        found |= {r.id: r for r in workspace.replica.all(spec.table, column.in_(wanted))} if wanted else {}
    return list(found.values())


def _match(spec: RecordSpec, known: Iterable[Any], line: dict[str, str]) -> tuple[Any, str]:
    """The record a row is about, None for a new one; and why that cannot be told, in a sentence."""
    for name in _names(spec):
        text = _plain(name, line.get(name, ""))
        same = [r for r in known if text and getattr(r, name) == text]
        for link in ("household", "building", "dwelling"):
            if len(same) > 1 and link in line:
                same = [r for r in same if getattr(r, link, line[link]) == line[link]]
        if name != "id_number" and len(same) == 1 and _told_apart(same[0], line):
            same = []
        if len(same) > 1:
            return None, f"有 {len(same)} 条都叫“{text}”，分不清是哪一条，请加一列号码"
        if same:
            return same[0], ""
    return None, ""


def _told_apart(record: Any, line: dict[str, str]) -> bool:
    """Two different document numbers, or two households, make two people of one name."""
    number, stored = values.tidy_id(line.get("id_number", "")), getattr(record, "id_number", "")
    home = line.get("household", "")
    return bool(number and stored and number != stored) or bool(
        not number and home and home != getattr(record, "household", home)
    )


def _names(spec: RecordSpec) -> list[str]:
    """The fields by which a record of the kind is known again, the surest first."""
    return [n for n in ("id_number", "number", "code", "name", "door") if n in spec.by_name]


def _plain(name: str, text: str) -> str:
    if name == "id_number":
        return values.tidy_id(text)
    return values.tidy_name(text) if name == "name" else values.half_width(values.tidy(text))


def _home(
    workspace: Workspace, person: Resident, homes: Homes
) -> tuple[Household, Dwelling, list[Resident]] | None:
    """The household a person belongs to with its door and members, as it is by now."""
    replica = workspace.replica
    if person.household not in homes:
        home = replica.get(Household, person.household) if person.household else None
        door = replica.get(Dwelling, home.dwelling) if home else None
        if home is None or door is None:
            return None
        living = replica.all(Resident, Resident.household == home.id, Resident.left_how == "")
        homes[home.id] = home, door, living
    return homes[person.household]


def _second_head(workspace: Workspace, row: Typed, told: Mapping[str, str]) -> bool:
    """True when a row makes somebody the head of a household that has one."""
    if "relation" not in told:
        return False
    trial = Typed(row.record, new=row.new)
    trial.typed = dict(told)
    person, _taken = trial.filled()
    home = _home(workspace, person, {})
    return home is not None and second_head(person, home[0], home[2])


def _in_words(workspace: Workspace, spec: RecordSpec, change: tuple[str, str, str]) -> tuple[str, str, str]:
    label, before, after = change
    field = next(f for f in spec.fields if f.label == label)
    if not field.to:
        return change
    return label, workspace.line_of(field.to, before), workspace.line_of(field.to, after)
