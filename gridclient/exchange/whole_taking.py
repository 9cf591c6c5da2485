"""What becomes of each row of a whole book: brought in, brought back, changed, added, or left as it is with a hint."""

from collections import defaultdict
from datetime import date
from hashlib import blake2b
import json
import re
from typing import Any

from gridclient import values as plain
from gridclient.blanks import Field
from gridclient.exchange.cells import identity_flaw
from gridclient.exchange.entry import SOURCE, Entry
from gridclient.exchange.lines import ERROR, WARNING, Line
from gridclient.exchange.rehearsal import STEP, Progress
from gridclient.exchange.whole_cells import LINKS, nothing, seal, wire, written
from gridclient.exchange.whole_here import Here, Key, key_of
from gridclient.exchange.whole_rows import FAULTS, Seen, Sheet, Values, exported
from gridclient.exchange.writing import made
from gridclient.records.area import DictionaryEntry, OrgUnit
from gridclient.store.imports import UNDONE, within
from sync.record import SyncedRecord, group_of

SPOILT = "隐藏的列被改过，读不出原来的内容"
TWICE = "本机另有一条同样的{}，导入后请到“查重”里核对"
RESIDENT = re.compile(r"\d{12,}[\dX]|.{18}")  # what is meant for a resident's number; a passport is shorter
WORDS = 30  # characters of a value told in a hint


class Taking:
    """Goes through the rows, sheet by sheet, and gathers what is to be written; ``tell`` may raise to stop it."""

    def __init__(self, here: Here, rows: list[tuple[Sheet, Seen]], today: date, tell: Progress) -> None:
        self.here, self.today, self._tell = here, today, tell
        self._done = 0
        self._rows = [(sheet, seen) for sheet, seen in rows if not seen.line.torn]
        self._entries: dict[str, Entry] = {}
        self._made: list[tuple[Sheet, Line, Entry]] = []
        self._keys: set[tuple[str, Key]] = set()
        self._latest = max((seen.id for _sheet, seen in self._rows), default="")[:12] or "0" * 12
        self._answers: defaultdict[str, set[str]] = defaultdict(set)
        self._taught = False

    def take_all(self) -> None:
        """Decide about every row."""
        self._learn_answers()
        self._edit_all()
        for sheet, seen in self._rows:
            if seen.id and seen.id not in self.here.held(sheet.kind):
                self._go_on()
                self._bring(sheet, seen)
        for sheet, seen in self._rows:
            if not seen.id:
                self._add(sheet, seen.line)
        self._tell_dangling()

    def batch(self) -> list[Entry]:
        """What is to be written."""
        return list(self._entries.values())

    def _go_on(self) -> None:
        if self._done % STEP == 0:
            self._tell(self._done, len(self._rows), "正在比较")
        self._done += 1

    def _learn_answers(self) -> None:
        """Know the answers of the office's own that come with this book."""
        lists = DictionaryEntry.spec.field("dictionary").options
        for sheet, seen in self._rows:
            if sheet.kind == DictionaryEntry.kind() and lists is not None:
                told = {f.name: written(sheet.cell(seen.line, f)) for f in sheet.fields}
                if named := lists.named(told.get("dictionary", "")):
                    self._answers[str(named.value)].add(told.get("code", ""))

    def _edit_all(self) -> None:
        for sheet in dict.fromkeys(sheet for sheet, _seen in self._rows):
            rows = [seen for of, seen in self._rows if of is sheet]
            held = self.here.held(sheet.kind)
            here = [seen for seen in rows if seen.id in held]
            binned = [seen for seen in here if held[seen.id].removed_at is not None]
            changed = [seen for seen in here if seen.touched and held[seen.id].removed_at is None]
            found = self.here.records(sheet.spec, [seen.id for seen in (*binned, *changed)])
            for seen in binned:
                self._bring_back(sheet, seen, found[seen.id])
            for seen in changed:
                self._go_on()
                self._edit(sheet, seen, found[seen.id])

    def _bring_back(self, sheet: Sheet, seen: Seen, record: SyncedRecord) -> None:
        """Take out of the recycle bin what an import had brought and was taken back with it; the rest stays there."""
        if record.removed_why != UNDONE:
            seen.line.tell(WARNING, "", "in_bin", "这一条在本机的回收站里，没有动；要恢复请在回收站里恢复")
            return
        entry = self._entries[seen.id] = Entry(sheet.spec.table, record.model_dump())
        entry.fresh |= {"removed_at": None, "removed_why": ""}

    def _edit(self, sheet: Sheet, seen: Seen, record: SyncedRecord) -> None:
        """Lay over a record what somebody changed in Excel, as far as nobody has changed it here since."""
        line, spec = seen.line, sheet.spec
        cells = self._plain_cells(sheet, seen)
        if spec.append_only:
            for f in cells:
                line.tell(WARNING, sheet.slot(f), "only_added", f"{spec.title}只能新增，不能改，保留本机的")
            return
        held, groups, stamps = record.model_dump(), group_of(spec.table), record.stamps or {}
        moved = {groups[f.name] for f in spec.fields if _moved(sheet, seen, f, held[f.name])}
        last = {group: stamps.get(group, stamps.get("", ("", 0))) for group in moved}
        moved = {group for group, stamp in last.items() if not within(stamp, self.here.earlier)}
        fresh: Values = {}
        for name, value in self._typed(sheet, line, cells).items():
            f = spec.field(name)
            if seal(wire(f, value)) == seal(wire(f, held[f.name])):
                continue
            if groups[f.name] in moved:
                here = _words(f, held[f.name])
                line.tell(
                    WARNING, sheet.slot(f), "kept", f"导出以后本机改成了“{here}”，保留本机的，没有用表里的"
                )
                continue
            fresh[f.name] = value
            if value == nothing(f) and f.kind != "flag" and not f.required:
                line.tell(WARNING, sheet.slot(f), "emptied", f"表里清空了{f.label}，导入后本机也清空")
        if self.here.same(spec, held | fresh) not in ("", seen.id) and fresh.keys() & {*spec.key}:
            line.tell(WARNING, "", "maybe_twice", TWICE.format(spec.title))
        if fresh and self._passes(sheet, line, held | fresh, Entry(spec.table, held)):
            self._entries[seen.id] = entry = Entry(spec.table, held)
            entry.fresh |= fresh

    def _bring(self, sheet: Sheet, seen: Seen) -> None:
        """Bring in a record that is not here, as it was handed out, with what was changed in Excel since."""
        line, own, here = seen.line, seen.told.own, self.here
        try:
            values = sheet.values(seen)
        except FAULTS:
            line.tell(ERROR, "", "hidden_spoilt", SPOILT)
            return
        if not here.fits(own["area"]):
            line.tell(ERROR, "", "other_area", "这一条属于另一个社区，不能导入到这里")
            return
        values |= self._typed(sheet, line, self._plain_cells(sheet, seen))
        if sheet.kind == OrgUnit.kind():
            values["code"] = here.own(values.get("code", ""))
        values |= {"area": here.own(own["area"]), "source": own["source"], "created_by": own["created_by"]}
        values["created_at"] = exported(own, "created_at")
        if here.same(sheet.spec, values):
            line.tell(WARNING, "", "maybe_twice", TWICE.format(sheet.spec.title))
        self._enter(sheet, line, seen.id, values)

    def _add(self, sheet: Sheet, line: Line) -> None:
        """Make a record of a row somebody added; the same row makes the same record, however often it is read."""
        cells = tuple(f for f in sheet.fields if written(sheet.cell(line, f)))
        values = self._typed(sheet, line, tuple(f for f in cells if f.kind not in LINKS))
        for f in cells:
            if f.kind in LINKS:
                values[f.name] = self._target(sheet, line, f)
        told = json.dumps([sheet.kind, {f.name: wire(f, values.get(f.name)) for f in cells}], sort_keys=True)
        id_ = f"{self._latest}7{blake2b(told.encode(), digest_size=10).hexdigest()[:19]}"
        if line.refused or id_ in self.here.held(sheet.kind):
            return
        if id_ in self._entries:
            line.tell(ERROR, "", "row_twice", "和上面新增的一行完全一样")
        elif self.here.same(sheet.spec, values) or (sheet.kind, key_of(sheet.spec, values)) in self._keys:
            line.tell(
                ERROR, "", "here_already", f"本机已有同样的{sheet.spec.title}；要改，请改有编号的那一行"
            )
        else:
            own = {"area": self._area(sheet, values), "source": SOURCE, "created_at": 0}
            self._enter(sheet, line, id_, values | own)

    def _enter(self, sheet: Sheet, line: Line, id_: str, values: Values) -> None:
        """Keep a record to be made, when it may be stored."""
        entry = Entry(sheet.spec.table)
        entry.id = id_
        entry.fresh |= values
        if self._passes(sheet, line, values, entry):
            self._entries[id_] = entry
            self._made.append((sheet, line, entry))
            if key := key_of(sheet.spec, values):
                self._keys.add((sheet.kind, key))

    def _passes(self, sheet: Sheet, line: Line, values: Values, entry: Entry) -> bool:
        """Whether a record may be stored as it would be; what speaks against it is told at its cell."""
        if line.refused:
            return False
        trial = Entry(entry.table)
        trial.fresh |= values
        try:
            record = made(trial)
            found = dict(record.problems())
            self.here.replica.shapes[sheet.kind].wire(record, found)
        except FAULTS:
            found = {"": SPOILT}
        for name, why in found.items():
            f = sheet.spec.by_name.get(name)
            if f is None:
                line.tell(ERROR, "", "hidden_spoilt", SPOILT)
            elif not self._answered(f, values.get(name)):
                kind = "required_missing" if values.get(name) in (None, "", []) else "bad_value"
                line.tell(ERROR, sheet.slot(f), kind, why)
        return not line.refused

    def _answered(self, f: Field, value: Any) -> bool:
        """True when all that is wrong with the answers to a field is that they come with this book."""
        codes = (value if isinstance(value, list) else []) if f.many else [value]
        known = {*(f.options or ()), *(offer.value for offer in f.offers), *self._answers[f.choices]}
        fit = bool(codes) and all(isinstance(code, str) and code and code in known for code in codes)
        return f.kind in ("choice", "choices") and fit

    def _plain_cells(self, sheet: Sheet, seen: Seen) -> tuple[Field, ...]:
        """The changed cells that hold no link; of the others it is told that they are not read."""
        for f in seen.touched:
            if f.kind in LINKS:
                why = f"{f.label}指向别的记录，这里不改；请在窗口里改"
                seen.line.tell(WARNING, sheet.slot(f), "link_kept", why)
        return tuple(f for f in seen.touched if f.kind not in LINKS)

    def _typed(self, sheet: Sheet, line: Line, cells: tuple[Field, ...]) -> Values:
        """What somebody wrote into cells, an identity number looked at as everywhere."""
        found = sheet.typed(line, cells)
        for f in cells:
            number = found.get(f.name, "")
            if f.kind != "id_number" or not RESIDENT.fullmatch(number):
                continue
            if flaw := identity_flaw(number, self.today):
                line.tell(WARNING, sheet.slot(f), flaw.kind, flaw.why)
        return found

    def _target(self, sheet: Sheet, line: Line, f: Field) -> str | list[str]:
        """The id behind the words of a link, which must stand somewhere in the book, or be known here."""
        self._teach()
        text = written(sheet.cell(line, f))
        names, held = text.split("、") if f.many else [text], self.here.held(f.to)
        binned = {id_ for id_, one in held.items() if one.removed_at is not None}
        found = [self.here.links.ids(f.to, name) - binned for name in names]
        if all(len(ids) == 1 for ids in found):
            ids = [next(iter(one)) for one in found]
            return ids if f.many else ids[0]
        several = any(len(ids) > 1 for ids in found)
        why = "有几条都叫这个名字，请在窗口里新增" if several else "找不到这一条，请照抄别的行里的写法"
        line.tell(ERROR, sheet.slot(f), "unknown_link", f"{f.label}：{why}")
        return [] if f.many else ""

    def _teach(self) -> None:
        """Let the names by which the book calls records be known, once."""
        for sheet, seen in () if self._taught else self._rows:
            for f in sheet.fields:
                told = seen.told.exact.get(f.name) if f.kind == "link" else None
                text = written(sheet.cell(seen.line, f)) if told else ""
                if told and text and told[1] == seal(text):
                    self.here.links.learn(f.to, text, told[0])
        self._taught = True

    def _area(self, sheet: Sheet, values: Values) -> str:
        """Where a new record belongs: where the first record it is linked to belongs, else the community."""
        for f in sheet.spec.fields:
            if f.kind == "link" and (id_ := values.get(f.name)):
                entry, held = self._entries.get(id_), self.here.held(f.to).get(id_)
                return str(entry["area"]) if entry is not None else held.area if held else self.here.home
        return self.here.home

    def _tell_dangling(self) -> None:
        """Tell of records to be made what they cannot do without and is neither here nor in the book."""
        for sheet, line, entry in self._made:
            for f in sheet.spec.fields:
                id_ = entry[f.name] if f.kind == "link" and f.required else ""
                if id_ and id_ not in self._entries and id_ not in self.here.held(f.to):
                    line.tell(
                        WARNING, sheet.slot(f), "dangling", f"{f.label}不在本机，也不在这份表里，请核对"
                    )


def _moved(sheet: Sheet, seen: Seen, f: Field, value: Any) -> bool:
    """True when a field reads otherwise now than when it was handed out."""
    if not (f.hidden or f.name in seen.told.seals):
        return False
    return seal(wire(f, value)) != sheet.seal_of(seen, f)


def _words(f: Field, value: Any) -> str:
    """A value in a hint, which others may read: what is personal is starred out."""
    if f.kind == "name":
        return plain.masked_name(str(value))
    words = f.masked(value) if f.private else f.text(value)
    return words[:WORDS] or "空"
