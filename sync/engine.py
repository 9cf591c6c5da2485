"""One round between a laptop and the centre: everything up, everything down, and proof that both agree.

Plain blocking code; a window runs it off its thread. It may be cut anywhere and begun again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
import json
import logging

import msgspec

from sync.clock import wall_millis
from sync.errors import Forked, Gap, Garbled, Offline, Removal, SyncError
from sync.farside import FarSide
from sync.protocol import START_BUDGET, Answer, BucketQuery, Change, Exchange, Hub, Scope, Stream, Verdict
from sync.record import PLACE

log = logging.getLogger(__name__)

LEAST_BUDGET = 16 * 1024
MOST_BUDGET = 2 * 1024 * 1024
PACKING = 4  # how many bytes of JSON one compressed byte stands for
UP_LIMIT = 3 * 1024 * 1024  # bytes of JSON in one request; below what the centre reads
UP_STEP = 4000  # changes looked at for one request
EXCHANGES = 500  # a round that has not ended by then is not converging
REMOVAL_SHARE, REMOVAL_LEAST = 20, 20  # ask before more than 1/20 of the records go, and more than 20 of them
REPAIRS = 3  # of one record in a day: then something is wrong that repairing does not mend
DAY_MS = 24 * 3600 * 1000


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


Progress = Callable[[Round], None]


class Engine:
    """Brings one replica and one hub together. ``schema`` tells the centre which program speaks."""

    def __init__(self, replica: FarSide, hub: Hub, token: str, *, schema: str = "") -> None:
        self.replica, self.hub, self.token, self.schema = replica, hub, token, schema
        self.budget = int(replica.meta("budget") or START_BUDGET)
        self._told: dict[str, str] = {}

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
        done, self._told = Round(), {}
        for _attempt in range(EXCHANGES):
            if cancelled is not None and cancelled():
                raise Cancelled("同步已停止", "已经同步的内容都已保存，下次从停下的地方继续。")
            more = self._step(done, agreed_removal=agreed_removal)
            if progress is not None:
                progress(done)
            if not more and not self._differs(done):
                self.replica.forget()
                return done
        raise Garbled("同步没有完成", "请稍后再试；若反复出现，请联系社区内勤。")

    def _step(self, done: Round, *, agreed_removal: bool) -> bool:
        """One exchange; True when another is needed."""
        request = self._request()
        try:
            answer = self.hub.exchange(self.token, request)
        except Gap as gap:
            if not self.replica.rewind(gap.expected - 1):
                self.replica.renumber()
            return True
        except Forked:
            log.info("this laptop was copied or restored: taking a new origin")
            self.replica.renumber()
            return True
        except Offline:
            self._resize(self.budget // 2)
            raise
        self._resize(self.budget * 2)
        done.exchanges += 1
        done.backoff = max(done.backoff, answer.backoff)
        return self._take(request, answer, done, agreed_removal=agreed_removal)

    def _request(self) -> Exchange:
        replica = self.replica
        changes = _fitting(replica.outbox(UP_STEP), min(self.budget * PACKING, UP_LIMIT))
        replica.sent_to = max(replica.sent_to, changes[-1].mseq if changes else 0)
        return Exchange(
            schema=self.schema,
            origin=replica.origin,
            epoch=replica.epoch,
            now=replica.clock.wall(),
            changes=changes,
            have=replica.have(),
            budget=self.budget,
        )

    def _take(self, request: Exchange, answer: Answer, done: Round, *, agreed_removal: bool) -> bool:
        replica = self.replica
        if answer.epoch != request.epoch and request.epoch:
            log.warning("the centre went back in time: offering back what it may have forgotten")
        if answer.acked > replica.last_mseq and request.origin == replica.origin:
            replica.renumber()
            return True
        if answer.epoch != request.epoch:
            replica.new_epoch(answer.epoch, answer.acked)
            if request.epoch:
                if replica.outbox(1) and replica.outbox(1)[0].mseq != answer.acked + 1:
                    replica.renumber()
                return True
        self._acknowledge(request, answer, done)
        self._check_removal(answer, agreed=agreed_removal)
        more = self._apply(answer, done)
        done.told |= _told(request, answer)
        replica.set_scope(answer.scope)
        self._leave(answer.scope, done)
        return more or bool(replica.outbox(1))

    def _acknowledge(self, request: Exchange, answer: Answer, done: Round) -> None:
        if not request.changes:
            return
        sent = [change.mseq for change in request.changes]
        upto = min(answer.acked, sent[-1])
        self.replica.acknowledge(upto, answer.receipts)
        done.up += sum(mseq <= upto for mseq in sent)
        verdicts = [receipt.verdict for receipt in answer.receipts]
        done.refused += verdicts.count(Verdict.REFUSED) + verdicts.count(Verdict.LATE)
        done.clashes += verdicts.count(Verdict.CLASHED)

    def _apply(self, answer: Answer, done: Round) -> bool:
        """Apply every stream, records before departures; True when more is waiting."""
        waiting = {stream.area for stream in answer.streams if stream.more}
        for stream in _records_first(answer.streams):
            if not self.replica.apply(stream):
                waiting.add(stream.area)
                continue
            done.down += len(stream.records)
            done.removed += len(stream.departures)
            if stream.digest is not None:
                self._told[stream.area] = stream.digest
        for area in self.replica.areas_recovering():
            if area not in waiting:
                done.recovered += self.replica.caught_up(area)
        return bool(waiting)

    def _check_removal(self, answer: Answer, *, agreed: bool) -> None:
        if agreed:
            return
        gone = {d.id for s in answer.streams for d in s.departures if not answer.scope.covers(d.to_area)}
        gone |= {d.id for s in answer.streams for d in s.records if d.removed}
        areas = tuple(area for area in self.replica.have() if not answer.scope.covers(area))
        going = len(gone) + self.replica.held_in(areas)
        if going > REMOVAL_LEAST and going * REMOVAL_SHARE > (held := self.replica.held()):
            raise Removal(going, held, frozenset(gone), areas)

    def _leave(self, scope: Scope, done: Round) -> None:
        for area in [area for area in self.replica.have() if not scope.covers(area)]:
            if not any(change.area == area for change in self.replica.outbox()):
                done.removed += self.replica.held_in([area])
                self.replica.leave(area)
                self._told.pop(area, None)
                done.told.pop(area, None)

    def _differs(self, done: Round) -> bool:
        """Compare digests at the end of a round, and repair what differs; True when news came of it."""
        have = self.replica.have()
        wrong = [area for area, digest in self._told.items() if area in have and have[area].digest != digest]
        wrong = [area for area in wrong if self.replica.recount(area) != self._told[area]]
        self._told = {}
        repaired = [id_ for area in wrong for id_ in self._repair(area)]
        done.repaired += len(repaired)
        done.alarm = done.alarm or self._too_often(repaired)
        done.agreed = not wrong
        return bool(wrong) and not done.alarm and (bool(repaired) or bool(self.replica.outbox(1)))

    def _repair(self, area: str) -> list[str]:
        """Fetch what differs in one area; the ids that did."""
        sums = self.hub.repair(self.token, BucketQuery(area=area)).sums
        mine = self.replica.buckets(area)
        differing = [
            number for number, (one, other) in enumerate(zip(mine, sums, strict=True)) if one != other
        ]
        if not differing:
            return []
        answer = self.hub.repair(self.token, BucketQuery(area=area, buckets=differing))
        repaired = self.replica.repair(area, differing, answer.records)
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

    def _resize(self, budget: int) -> None:
        budget = max(LEAST_BUDGET, min(budget, MOST_BUDGET))
        if budget != self.budget:
            self.budget = budget
            self.replica.set_meta("budget", str(budget))


def _fitting(changes: list[Change], room: int) -> list[Change]:
    """As many of the oldest changes as fit into ``room`` bytes of JSON, cut where a save ends.

    A record is never moved in the request that makes it: the centre would not know that it was ever here.
    """
    spent, cut = 0, 0
    made: set[str] = set()
    for at, change in enumerate(changes):
        spent += len(msgspec.json.encode(change))
        if cut and (spent > room or (PLACE in change.groups and change.id in made)):
            break
        if change.made:
            made.add(change.id)
        if at + 1 == len(changes) or changes[at + 1].tx != change.tx:
            cut = at + 1
    return changes[:cut]


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
