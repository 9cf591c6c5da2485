"""One round between a laptop and the centre: everything up, everything down, and proof that both agree.

Plain blocking code; a window runs it off its thread. It may be cut anywhere and begun again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
import json
import logging
from typing import Any

import msgspec

from sync.answers import sound, sound_records, sound_sums
from sync.clock import wall_millis
from sync.errors import Forked, Gap, Garbled, Offline, Removal, SyncError
from sync.farside import FarSide, Standing
from sync.outbox import decode
from sync.pace import Pace
from sync.parcel import UP_LIMIT, Queued
from sync.protocol import START_BUDGET, Answer, BucketQuery, Exchange, Have, Hub, Stream, Verdict
from sync.turns import Turns

log = logging.getLogger(__name__)

PACKING = 4  # how many bytes of JSON one compressed byte stands for
EXCHANGES = 10_000  # a round that has not ended by then is not converging
STANDSTILL = 100  # exchanges in a row that brought nothing either way: nor is this one
REMOVAL_SHARE, REMOVAL_LEAST = 20, 20  # ask before more than 1/20 of the records go, and more than 20 of them
REPAIRS = 3  # of one record in a day: then something is wrong that repairing does not mend
DAY_MS = 24 * 3600 * 1000
_SMOOTH = {Verdict.APPLIED, Verdict.AGREED, Verdict.CLASHED}  # what leaves the queue as it was foreseen


class Cancelled(SyncError):
    """The person stopped the round; what was done stays done."""


@dataclass
class Round:
    """What a round did. ``agreed`` says that every area's digest equals the centre's.

    ``refused`` and ``clashes`` count changes that need somebody; ``repaired`` records that had differed; ``alarm`` that
    one of them keeps differing. ``backoff`` is how many seconds the centre asks to wait before the next round.
    ``told`` is the centre's digest of each area compared, as it was when both stood at the same place.
    """

    up: int = 0
    down: int = 0
    refused: int = 0
    clashes: int = 0
    removed: int = 0
    repaired: int = 0
    recovered: int = 0
    exchanges: int = 0
    backoff: float = 0.0
    agreed: bool = False
    alarm: bool = False
    told: dict[str, str] = field(default_factory=dict)

    @property
    def moved(self) -> int:
        """How much came of it so far, either way."""
        return self.up + self.down + self.removed


Progress = Callable[[Round], None]


@dataclass(frozen=True)
class _Asked:
    """One request, and where the laptop stood when it was written. ``last`` is the number of the last change sent."""

    request: Exchange
    here: Standing
    last: int
    size: int = 0

    @property
    def sent(self) -> int:
        """How many changes it carries."""
        return len(self.request.changes)


class Engine:
    """Brings one replica and one hub together. ``schema`` tells the centre which program speaks."""

    def __init__(self, replica: FarSide, hub: Hub, token: str, *, schema: str = "") -> None:
        self.replica, self.hub, self.token, self.schema = replica, hub, token, schema
        self.pace = Pace(int(replica.meta("budget") or START_BUDGET))
        self._kept_budget = self.pace.budget
        self._told: dict[str, str] = {}
        self._gone = 0

    def round(
        self,
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        agreed_removal: bool = False,
    ) -> Round:
        """Exchange until both sides have everything; raises SyncError when that cannot be reached now.

        Removal is raised before much would go: ask, then call again with ``agreed_removal``.
        """
        done, self._told, self._gone = Round(), {}, 0
        moved, since = 0, 0
        with Turns(self._exchange) as turns:
            for attempt in range(EXCHANGES):
                if cancelled is not None and cancelled():
                    raise Cancelled("同步已停止", "已经同步的内容都已保存，下次从停下的地方继续。")
                more = self._step(turns, done, agreed_removal=agreed_removal)
                if progress is not None:
                    progress(done)
                if not more and not self._differs(done):
                    self._keep_budget()
                    self.replica.forget()
                    return done
                if done.moved > moved:
                    moved, since = done.moved, attempt
                elif attempt - since >= STANDSTILL:
                    break
        raise Garbled("同步没有完成", "请稍后再试；若反复出现，请联系社区内勤。")

    def _exchange(self, asked: _Asked) -> Answer:
        return sound(self.hub.exchange(self.token, asked.request))

    def _step(self, turns: Turns[_Asked, Answer], done: Round, *, agreed_removal: bool) -> bool:
        """One exchange, the next of which may be under way when this returns; True when another is needed."""
        try:
            asked, answer, seconds = turns.next(self._request)
        except Gap as gap:
            self.replica.rewind(gap.expected - 1)
            return True
        except Forked:
            log.info("this laptop was copied or restored: taking a new origin")
            self.replica.renumber()
            return True
        except Offline:
            self.pace.stalled()
            self._keep_budget()
            raise
        full = any(stream.more for stream in answer.streams) or asked.size * 2 > self._room(
            asked.request.have
        )
        self.pace.moved(seconds, full=full)
        done.exchanges += 1
        done.backoff = max(done.backoff, answer.backoff)
        return self._take(turns, asked, answer, done, agreed_removal=agreed_removal)

    def _request(self) -> _Asked:
        here = self.replica.standing()
        return self._asked(here, self.replica.parcel(self._room(here.have)))

    def _asked(self, here: Standing, queue: Sequence[Queued], after: int = 0) -> _Asked:
        last = queue[-1].mseq if queue else after
        self.replica.sent_to = max(self.replica.sent_to, last)
        # A hub at the far end of a line takes changes as they lie in the outbox: nothing is read to be written again.
        as_kept: Any = msgspec.Raw if getattr(self.hub, "takes_json", False) else decode
        request = Exchange(
            schema=self.schema,
            origin=here.origin,
            epoch=here.epoch,
            now=self.replica.clock.wall(),
            changes=[as_kept(one.body) for one in queue],
            have=here.have,
            budget=self.pace.budget,
        )
        return _Asked(request, here, last, sum(len(one.body) for one in queue))

    def _room(self, have: dict[str, Have]) -> int:
        """How many bytes of JSON the next changes may take."""
        return min(self.pace.budget * PACKING, UP_LIMIT - len(msgspec.json.encode(have)))

    def _take(
        self,
        ahead: Turns[_Asked, Answer] | None,
        asked: _Asked,
        answer: Answer,
        done: Round,
        *,
        agreed_removal: bool,
    ) -> bool:
        replica, request = self.replica, asked.request
        if answer.epoch != request.epoch and request.epoch:
            log.warning("the centre went back in time: offering back what it may have forgotten")
        if answer.acked > asked.here.mseq and answer.acked > replica.last_mseq:
            replica.renumber()
            return True
        if answer.epoch != request.epoch:
            replica.new_epoch(answer.epoch, answer.acked)
            if request.epoch:
                return True
        going = None if agreed_removal else self._going(request, answer)
        foreseen = self._foreseen(asked, answer) if ahead and going is None else None
        if ahead and foreseen:
            ahead.begin(foreseen)
        streams = [] if going is not None else _records_first(answer.streams)
        applied = self._let_in(asked, answer, streams, done)
        if going is not None:
            raise going
        more = self._applied(streams, applied, done, asked.here.recovering)
        done.told |= _told(request, answer)
        if answer.scope != asked.here.scope:
            replica.set_scope(answer.scope)
        self._leave(request, answer, done)
        replica.forsake(answer.scope)
        return more or foreseen is not None or replica.waits()

    def _foreseen(self, asked: _Asked, answer: Answer) -> _Asked | None:
        """The request after this answer, written before it is applied; None where that cannot be told yet.

        It says what will be true when the answer has been applied. Should that not come about, its own answer is
        dropped, and the same is asked again later.
        """
        have = dict(asked.request.have)
        for stream in answer.streams:
            if stream.since != have.get(stream.area, Have()).cursor:
                return None
            have[stream.area] = Have(stream.to)
        smooth = all(receipt.verdict in _SMOOTH for receipt in answer.receipts)
        settled = not asked.here.recovering and all(map(answer.scope.covers, have))
        if not smooth or not settled or (asked.sent and answer.acked != asked.last):
            return None
        queue = self.replica.parcel(self._room(have), after=asked.last)
        if not queue and not any(stream.more for stream in answer.streams):
            return None
        here = replace(asked.here, epoch=answer.epoch, scope=answer.scope, have=have)
        return self._asked(here, queue, asked.last)

    def _let_in(self, asked: _Asked, answer: Answer, streams: list[Stream], done: Round) -> list[bool]:
        """Store what the centre answered, in one go; which of the streams continued where this laptop is."""
        if not asked.sent:
            return self.replica.take(streams)
        upto = min(answer.acked, asked.last)
        applied = self.replica.take(streams, upto=upto, receipts=answer.receipts)
        done.up += max(0, asked.sent - (asked.last - upto))
        verdicts = [receipt.verdict for receipt in answer.receipts]
        done.refused += verdicts.count(Verdict.REFUSED) + verdicts.count(Verdict.LATE)
        done.clashes += verdicts.count(Verdict.CLASHED)
        return applied

    def _applied(
        self, streams: list[Stream], applied: list[bool], done: Round, recovering: frozenset[str]
    ) -> bool:
        """Note what became of every stream; True when more is waiting."""
        waiting = {stream.area for stream in streams if stream.more}
        for stream, continued in zip(streams, applied, strict=True):
            if not continued:
                waiting.add(stream.area)
                continue
            done.down += len(stream.records)
            done.removed += len(stream.departures)
            if stream.digest is not None:
                self._told[stream.area] = stream.digest
        for area in sorted(recovering):
            if area not in waiting:
                done.recovered += self.replica.caught_up(area)
        return bool(waiting)

    def _going(self, request: Exchange, answer: Answer) -> Removal | None:
        """What has to be asked first, because much would go out of sight in this round."""
        gone = {d.id for s in answer.streams for d in s.departures if not answer.scope.covers(d.to_area)}
        gone |= {d.id for s in answer.streams for d in s.records if d.removed}
        gone = self.replica.holding(gone)
        areas = tuple(area for area in request.have if not answer.scope.covers(area))
        going = len(gone) + self.replica.held_in(areas)
        # What went before in this round counts as well: nothing is taken away slice by slice.
        every = going + self._gone
        if (
            going
            and every > REMOVAL_LEAST
            and every * REMOVAL_SHARE > self._gone + (held := self.replica.held())
        ):
            return Removal(going, held, frozenset(gone), areas)
        self._gone = every
        return None

    def _leave(self, request: Exchange, answer: Answer, done: Round) -> None:
        held = request.have.keys() | {stream.area for stream in answer.streams}
        for area in sorted(area for area in held if not answer.scope.covers(area)):
            if not any(change.area == area for change in self.replica.outbox()):
                done.removed += self.replica.held_in([area])
                self.replica.leave(area)
                self._told.pop(area, None)
                done.told.pop(area, None)

    def _differs(self, done: Round) -> bool:
        """Compare digests at the end of a round, and repair what differs; True when news came of it."""
        have = self.replica.have() if self._told else {}
        wrong = [area for area, digest in self._told.items() if area in have and have[area].digest != digest]
        wrong = [area for area in wrong if self.replica.recount(area) != self._told[area]]
        self._told = {}
        before = self.replica.have() if wrong else {}
        repaired = [id_ for area in wrong for id_ in self._repair(area)]
        done.repaired += len(repaired)
        done.alarm = done.alarm or self._too_often(repaired)
        done.agreed = not wrong
        if not wrong or done.alarm:
            return False
        return bool(repaired) or self.replica.have() != before or self.replica.waits()

    def _repair(self, area: str) -> list[str]:
        """Fetch what differs in one area; the ids that did unexpectedly."""
        sums = sound_sums(self.hub.repair(self.token, BucketQuery(area=area)))
        mine = self.replica.buckets(area)
        differing = [
            number for number, (one, other) in enumerate(zip(mine, sums, strict=True)) if one != other
        ]
        if not differing:
            return []
        answer = self.hub.repair(self.token, BucketQuery(area=area, buckets=differing))
        repaired = self.replica.repair(area, differing, sound_records(answer, area))
        if repaired:
            log.warning("area %s differed from the centre in %d records", area, len(repaired))
        return repaired

    def _too_often(self, repaired: list[str]) -> bool:
        """Remember repairs for a day; True when one record was repaired too often."""
        now = wall_millis()
        known: dict[str, list[int]] = json.loads(self.replica.meta("repairs") or "{}")
        recent = {id_: [at for at in times if now - at < DAY_MS] for id_, times in known.items()}
        for id_ in repaired:
            recent.setdefault(id_, []).append(now)
        kept = {id_: times for id_, times in recent.items() if times}
        if repaired:
            self.replica.set_meta("repairs", json.dumps(kept))
        return any(len(kept[id_]) >= REPAIRS for id_ in repaired)

    def _keep_budget(self) -> None:
        if self.pace.budget != self._kept_budget:
            self._kept_budget = self.pace.budget
            self.replica.set_meta("budget", str(self.pace.budget))


def _told(request: Exchange, answer: Answer) -> dict[str, str]:
    """The centre's digest of each area; no stream of an area caught up says that it equals the one sent."""
    streams = {stream.area: stream.digest for stream in answer.streams}
    unmoved = {area: have.digest for area, have in request.have.items() if area not in streams}
    return {
        area: digest
        for area, digest in (unmoved | streams).items()
        if digest is not None and answer.scope.covers(area)
    }


def _records_first(streams: list[Stream]) -> list[Stream]:
    """Streams that bring records before those that only take some away: a record that moved is never gone between."""
    return sorted(streams, key=lambda stream: bool(stream.departures))
