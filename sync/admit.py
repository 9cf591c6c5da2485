"""Whether a change may be applied at all: its form, and its author's rights. Shared by every hub.

A change that is not admitted is answered with a reason; it never blocks the ones after it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
import re
from typing import Any

import msgspec

from sync.clock import AHEAD_MS, pack
from sync.conflict import CONFLICT
from sync.protocol import Change, Document, Verdict, Written
from sync.record import EVERYONE, LIFE, PLACE, UPKEEP

FIELDS_LIMIT = 400  # in one record
VALUES_LIMIT = 1024 * 1024  # bytes of JSON in one change
RECORD_LIMIT = 2 * VALUES_LIMIT  # in one record: no laptop could read an answer of any size
DEPTH_LIMIT = 32  # lists and objects within one another: what is nested a thousand deep no laptop reads
MSEQ_MOST = 1 << 53
COMMUNITY = 12  # characters of an area code that name the community a grid belongs to

_ID = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_AREA = re.compile(r"[0-9A-Za-z]{1,20}|\*")
_NEVER = UPKEEP | {"area", "kind"}  # Fields a change may not set: the hub writes them itself.
_LIFE = {"removed_at", "removed_why"}  # Nowhere but in their group, or a removal would pass for an edit.
_SMALL = 16 * 1024  # bytes of JSON in a change that makes no record too large for anybody
_SHAPES = 512  # sets of groups and fields remembered as well formed: every form has a few
_MALFORMED = "这条修改的内容不合格式"
_NOTHING: dict[str, Any] = {}
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Rights:
    """Where an author may write: area codes (each with everything beneath it).

    ``formerly`` are areas lately withdrawn: a change made there is kept for the office. ``until_lately`` are those of
    which all that is asked was made before: such a change is taken. ``everyone`` allows ``*``.
    ``closed`` are areas where nobody may begin to write. ``left`` answers whether a record once left an area: its author may still be right about where it was. ``kinds`` are
    the only kinds the author may write; None means any.
    """

    areas: frozenset[str] = frozenset()
    formerly: frozenset[str] = frozenset()
    everyone: bool = False
    until_lately: frozenset[str] = frozenset()
    left: Callable[[str, str], bool] = lambda _area, _id: False
    kinds: frozenset[str] | None = None
    closed: frozenset[str] = frozenset()
    _writes: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def writes(self, area: str) -> bool:
        """True when records of ``area`` may be changed."""
        known = self._writes.get(area)
        if known is None:
            known = self.everyone if area == EVERYONE else _beneath(area, self.areas)
            known = known and area not in self.closed
            self._writes[area] = known
        return known

    def receives(self, area: str) -> bool:
        """True when records may be handed over to ``area``: where the author writes, and the grids beside it."""
        beside = frozenset(
            root[:COMMUNITY] for root in self.areas | self.until_lately if len(root) > COMMUNITY
        )
        open_ = len(area) > COMMUNITY and area not in self.closed
        return self.writes(area) or (open_ and _beneath(area, beside))

    def hands_over(self, named: str, target: str) -> bool:
        """True when a record named in ``named`` may be moved to ``target``.

        Who writes there no more says that it was moved before: then to where that could be done, and no further.
        """
        if self.writes(named):
            return self.receives(target)
        there = {r for r in self.until_lately if r and named.startswith(r)} | {named[:COMMUNITY]}
        return len(target) > COMMUNITY and _beneath(target, frozenset(there))

    def keeps(self, at: str, named: str) -> bool:
        """True when a record standing ``at`` may be changed by who names ``named`` as its area.

        The area named is the one whose dates were looked at, so it must be withdrawn as one with the area itself.
        """
        return self.writes(at) or any(
            at.startswith(r) and named.startswith(r) for r in self.until_lately if r
        )

    def wrote(self, area: str) -> bool:
        """True when records of ``area`` could be changed until lately."""
        return _beneath(area, self.formerly)


class Declined(Exception):
    """A change that cannot be applied, and why, in words for the person who made it."""

    def __init__(
        self, change: Change, title: str, advice: str = "", verdict: Verdict = Verdict.REFUSED
    ) -> None:
        super().__init__(title)
        self.mseq, self.title, self.advice, self.verdict = change.mseq, title, advice, verdict


def admit(change: Change, present: Document | None, rights: Rights) -> None:
    """Let a change through that is well formed and that its author may make; Declined otherwise."""
    if not (_ID.fullmatch(change.id) and _NAME.fullmatch(change.kind) and _AREA.fullmatch(change.area)):
        raise Declined(change, "这条记录的编号或所属网格不合格式", "请把这条记录告诉社区内勤。")
    _check_values(change, present)
    _check_rights(change, present, rights)
    # Asked last: whoever has no right to a record is not told what it is either.
    if present is not None and present.kind != change.kind:
        raise Declined(change, "这条记录的种类与中心不一致", "请把这条记录告诉社区内勤。")


def admit_subject(change: Change, subject: Document | None, rights: Rights) -> None:
    """Let a conflict be offered back by who may have met it; Declined for one about a record of somewhere else."""
    if subject is not None and not rights.receives(subject.area):
        raise Declined(change, "您没有修改这个网格的权限", "如果确需修改，请联系社区内勤。")


def attested(
    change: Change, *, origin: str, known: Callable[[str], bool], hub_now: int
) -> dict[str, Written]:
    """Who wrote the groups a laptop offers back, as far as the centre can believe it.

    ``origin`` is the laptop's own, ``known`` tells an origin the centre has met, ``hub_now`` is in milliseconds. No
    time stands further ahead than any other edit's may; what an unknown origin wrote counts as the sender's own.
    """
    latest = pack(hub_now + AHEAD_MS, 0xFFFF)
    found: dict[str, Written] = {}
    for group in change.written.keys() & {*change.groups, "", PLACE}:
        told = change.written[group]
        most = change.mseq if told.origin == origin else MSEQ_MOST
        believed = 1 <= told.mseq <= most and (told.origin == origin or known(told.origin))
        who, number = (told.origin, told.mseq) if believed else (origin, change.mseq)
        found[group] = Written(who, number, max(0, min(told.hlc, latest)))
    return found


def _check_values(change: Change, present: Document | None) -> None:
    groups = change.groups
    try:
        fields = _check_names(tuple(groups), *map(tuple, groups.values()))
    except _Misshapen as no:
        raise Declined(change, str(no), "请把这条记录告诉社区内勤。") from no
    if present is not None and fields + len(present.body) > FIELDS_LIMIT:
        fields = len({*present.body, *(name for values in groups.values() for name in values)})
    stamps = len(groups)
    if present is not None and stamps + len(present.stamps) > FIELDS_LIMIT:
        stamps = len({*present.stamps, *groups})
    if max(fields, stamps, len(change.written)) > FIELDS_LIMIT:
        raise Declined(change, _MALFORMED, "请把这条记录告诉社区内勤。")
    place = groups.get(PLACE)
    if place is not None and not (isinstance(place["area"], str) and _AREA.fullmatch(place["area"])):
        raise Declined(change, "所属网格的编码不合格式", "请重新选择所属网格。")
    removed_at = groups.get(LIFE, _NOTHING).get("removed_at")
    if isinstance(removed_at, bool) or not isinstance(removed_at, int | None):
        raise Declined(change, "删除时间不合格式", "请把这条记录告诉社区内勤。")
    if _too_long(change, present):
        raise Declined(change, "这条记录的内容太长", "请缩短文字，或把照片与正文分开。")


class _Misshapen(Exception):
    """A change names groups or fields that it may not name; the text says why."""


@lru_cache(maxsize=_SHAPES)
def _check_names(groups: tuple[str, ...], *fields: tuple[str, ...]) -> int:
    """How many fields there are, all well named and each where it belongs; _Misshapen, which is not kept, otherwise."""
    names = [name for one in fields for name in one]
    count = len(set(names))
    fits = 0 < len(groups) <= FIELDS_LIMIT and count <= FIELDS_LIMIT
    if not (fits and all(map(_NAME.fullmatch, names)) and all(map(_NAME.fullmatch, groups))):
        raise _Misshapen(_MALFORMED)
    for group, own in zip(groups, fields, strict=True):
        if group == PLACE or not own:
            stray = own != ("area",)
        else:
            stray = not _NEVER.isdisjoint(own) or (group != LIFE and not _LIFE.isdisjoint(own))
        if stray:
            raise _Misshapen("这条修改写到了不能直接改的栏目")
    return count


def _too_long(change: Change, present: Document | None) -> bool:
    length = _length(change.groups)
    if length > VALUES_LIMIT or (change.was and _length(change.was) > VALUES_LIMIT):
        return True
    if present is None or length <= _SMALL:
        return False
    after = present.body | {name: value for own in change.groups.values() for name, value in own.items()}
    return len(_encode(after)) > RECORD_LIMIT


def _length(groups: dict[str, dict[str, Any]]) -> int:
    """Bytes of JSON; more than any change may have where that cannot be written, or is nested too deep."""
    try:
        told = _encode(groups)
    except (ValueError, RecursionError):  # A number of more digits than Python writes, or nested without end.
        return VALUES_LIMIT + 1
    brackets = told.count(b"[") + told.count(b"{")
    # Groups and fields are two levels of their own.
    deep = brackets > DEPTH_LIMIT and _deeper(groups, DEPTH_LIMIT + 2)
    return VALUES_LIMIT + 1 if deep else len(told)


def _deeper(value: Any, most: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_deeper(one, most - 1) for one in inner if isinstance(one, dict | list))


def _check_rights(change: Change, present: Document | None, rights: Rights) -> None:
    if rights.kinds is not None and change.kind not in rights.kinds:
        raise Declined(change, "您的角色不能修改这类记录", "如果确需修改，请联系社区内勤。")
    at = change.area if present is None else present.area
    if not rights.keeps(at, change.area) and not _followed(change, present, rights):
        if rights.wrote(change.area):
            raise Declined(
                change, "这个网格已不归您负责", "修改已留给社区内勤处理，不需要您重新填写。", Verdict.LATE
            )
        raise Declined(change, "您没有修改这个网格的权限", "如果确需修改，请联系社区内勤。")
    if change.made and not rights.keeps(change.area, change.area):
        raise Declined(change, "您没有在这个网格新增记录的权限", "如果确需新增，请联系社区内勤。")
    if present is None and not change.made:
        advice = "程序会把整条记录重新上传，不需要您做什么。"
        raise Declined(change, "中心没有这条记录", advice, Verdict.UNKNOWN)
    if present is None and change.kind == CONFLICT and not change.written:
        raise Declined(change, "冲突由中心提出", "不需要您新增；如有不一致，请直接修改记录。")
    target = str(change.groups.get(PLACE, {}).get("area", at))
    if target == EVERYONE and not rights.everyone:
        raise Declined(change, "只有管理员能修改公共记录", "如果确需修改，请联系社区内勤。")
    if target != at and not rights.hands_over(change.area, target):
        raise Declined(change, "只能转给同一社区的网格", "转到其他社区，请联系社区内勤。")


def _beneath(area: str, roots: frozenset[str]) -> bool:
    return area != EVERYONE and any(area.startswith(root) for root in roots if root)


def _followed(change: Change, present: Document | None, rights: Rights) -> bool:
    """True when the record left the author's area, who could not know of it."""
    return (
        present is not None and rights.keeps(change.area, change.area) and rights.left(change.area, change.id)
    )
