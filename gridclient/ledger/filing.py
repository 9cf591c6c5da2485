"""Freezing a ledger: it is numbered and signed, kept with its rows, printed again as it was, and made anew to compare."""

from collections.abc import Callable
from dataclasses import dataclass, field as part, replace
from datetime import date, datetime
import re

import msgspec

from gridclient.errors import Unfit
from gridclient.ledger.comparing import Difference, compare
from gridclient.ledger.compose import SPACE, Scope, compose
from gridclient.ledger.sheet import Sheet, freeze as frozen, thaw as thawed
from gridclient.ledger.template import Template
from gridclient.records import Building, FrozenLedger, OrgUnit
from gridclient.rules.filing import told_by
from gridclient.store import frozen as store
from sync.replica import Replica

MAKER, CHECKER = "制表人", "审核人"
DATE = re.compile(r"\s*年\s*月\s*日\s*")
NEWER = "这份定稿台账本机的程序读不懂", "内容完好，但不是这一版程序存的；请更新程序再打开。"
STRANGE = "这份定稿没有说明是怎样编制的", "可以照样重印，但不能和现在比较。"


@dataclass(frozen=True)
class Origin:
    """What a sheet was made with, so that it can be made again: the ledger, which records, and which days."""

    template: Template
    scope: Scope = part(default_factory=Scope)
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class Signing:
    """Who made a ledger (必填) and who checked it, when, and ``why`` it shows whole numbers, if it does."""

    by: str
    at: datetime
    checked_by: str = ""
    why: str = ""


class _Content(msgspec.Struct, frozen=True):
    """All that is kept of a ledger; how it was made is only looked at when somebody compares."""

    sheet: msgspec.Raw
    origin: msgspec.Raw


def freeze(
    replica: Replica,
    sheet: Sheet,
    origin: Origin,
    signing: Signing,
    *,
    home: str,
    count: Callable[[Sheet], int],
) -> FrozenLedger:
    """Number and sign a sheet, count its pages, and save it with its rows; Unfit says what is missing.

    It belongs to the area it tells of, at least to ``home``, the laptop's own.
    """
    _check(sheet, signing)
    area = store.place_for(replica, _area(replica, origin.scope), home)
    number = store.new_number(replica, signing.at.year)
    paper = signed(sheet, number, signing)
    first, last = origin.period or (None, None)
    ledger = FrozenLedger(
        area=area,
        number=number,
        title=paper.title,
        about="　".join(words.strip("（）") for words in paper.subtitles) or _where(replica, origin.scope),
        made_by=signing.by.strip(),
        checked_by=signing.checked_by.strip(),
        at=signing.at.replace(tzinfo=None, second=0, microsecond=0),
        persons=paper.persons,
        lines=len(paper.rows) or len(paper.cards),
        pages=count(paper),
        masked=paper.masked,
        why=signing.why,
        first=first,
        last=last,
        template=origin.template.name,
    )
    made = msgspec.Raw(msgspec.json.encode(origin))
    store.keep(replica, ledger, msgspec.json.encode(_Content(msgspec.Raw(frozen(paper)), made)))
    return ledger


def thaw(replica: Replica, ledger: FrozenLedger) -> Sheet:
    """The sheet as it was signed; Unfit when it is not all here, or is not what was signed."""
    return _sheet(_content(replica, ledger))


def reason(ledger: FrozenLedger) -> str:
    """Why a frozen ledger goes onto paper, for the trail: 重印 TZ2026-7K3F9-0008."""
    return "，".join(words for words in (f"重印 {ledger.number}", ledger.why) if words)


def differences(replica: Replica, ledger: FrozenLedger, *, home: str, today: date) -> Difference:
    """What the same ledger, made anew of the same records and days, would say otherwise; Unfit when it cannot be made.

    A ledger of everything that one laptop held is made anew of no more, also where more is held.
    """
    content = _content(replica, ledger)
    before = _sheet(content)
    try:
        origin = msgspec.json.decode(content.origin, type=Origin)
        scope = origin.scope
        if replace(scope, words="") == Scope() and not store.is_all(replica, ledger, home):
            scope = Scope(area=told_by(ledger.area))
        now = compose(
            origin.template, replica, scope=scope, period=origin.period, masked=before.masked, today=today
        )
    except (msgspec.MsgspecError, KeyError) as error:
        raise Unfit(*STRANGE) from error
    return compare(before, now)


def signed(sheet: Sheet, number: str, signing: Signing) -> Sheet:
    """The sheet with the number, who made it and when in the small line of every page, and in the signatures of a register:
    a card is signed by whoever stood at the door.
    """
    time = f"{signing.at:%Y-%m-%d %H:%M}"
    _made, _space, rest = sheet.mark.partition(SPACE)
    signatures = sheet.signatures
    if signatures and not sheet.cards:
        signatures = (f"编号：{number}", *(_filled(words, signing) for words in signatures))
    mark = SPACE.join(words for words in (number, f"{signing.by.strip()} {time}", rest) if words)
    return replace(sheet, signatures=signatures, mark=mark)


def _check(sheet: Sheet, signing: Signing) -> None:
    if not signing.by.strip():
        raise Unfit("还没有填制表人", "定稿要写明制表人，填好再定稿。")
    if sheet.pen:
        raise Unfit("空白表不用定稿", "请选“完整台账”再定稿。")
    if not sheet.masked and not signing.why.strip():
        raise Unfit("完整号码要写明用途", "请填写用途，或改为遮住号码再定稿。")


def _filled(words: str, signing: Signing) -> str:
    label, _sign, rest = words.partition("：")
    name = {MAKER: signing.by.strip(), CHECKER: signing.checked_by.strip()}.get(label.strip(), "")
    if DATE.fullmatch(words):
        return f"{signing.at.year}年{signing.at.month}月{signing.at.day}日"
    return f"{label}：{name}" if name and not rest.strip() else words


def _content(replica: Replica, ledger: FrozenLedger) -> _Content:
    try:
        return msgspec.json.decode(store.content_of(replica, ledger), type=_Content)
    except msgspec.MsgspecError as error:
        raise Unfit(*store.DAMAGED) from error


def _sheet(content: _Content) -> Sheet:
    try:
        return thawed(content.sheet)
    except msgspec.MsgspecError as error:
        raise Unfit(*NEWER) from error


def _area(replica: Replica, scope: Scope) -> str:
    building = replica.get(Building, scope.building) if scope.building else None
    return building.area if building else scope.area


def _where(replica: Replica, scope: Scope) -> str:
    if scope.words:
        return scope.words
    building = replica.get(Building, scope.building) if scope.building else None
    if building:
        return building.name
    units = replica.all(OrgUnit, OrgUnit.code == scope.area) if scope.area else []
    return units[0].name if units else "全部"
