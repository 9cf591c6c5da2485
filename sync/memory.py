"""A whole centre in memory: the reference every other hub is tested against, and enough for a demonstration."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
import copy
from dataclasses import dataclass, field, replace
import secrets
import threading

import msgspec

from sync.admit import Rights
from sync.clock import wall_millis
from sync.conflict import CONFLICT, subject_of
from sync.digest import bucket, bucket_digests, moved, record_digest, to_text
from sync.errors import Forked, Gap, Refused, Revoked, SignInNeeded
from sync.lately import LATE_MS, last_told, until_lately
from sync.protocol import (
    PROTOCOL,
    Answer,
    BucketAnswer,
    BucketQuery,
    Change,
    Departure,
    Document,
    Exchange,
    HandedIn,
    HandIn,
    Have,
    Receipt,
    Scope,
    Signed,
    SignIn,
    Stream,
    fingerprint,
)
from sync.settle import settle
from sync.settlement import Settlement, Terms, Trace

PACKING = 4  # zstd makes JSON of records about this many times smaller; budgets count compressed bytes


@dataclass
class Account:
    """Who may sign in, and the areas assigned. ``formerly`` are areas withdrawn, and when (milliseconds)."""

    name: str
    password: str
    areas: list[str]
    gen: int = 1
    everyone: bool = False
    formerly: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Area:
    """What one area holds: its head, its digest, the documents by id, news by seq, and when records left."""

    head: int = 0
    digest: int = 0
    records: dict[str, Document] = field(default_factory=dict)
    seq_of: dict[str, int] = field(default_factory=dict)
    news: dict[int, str | Departure] = field(default_factory=dict)
    left_at: dict[str, int] = field(default_factory=dict)

    def put(self, document: Document) -> None:
        """Store a document at a new head."""
        self._forget(document.id)
        self.records[document.id] = document
        self.head += 1
        self.seq_of[document.id] = self.head
        self.news[self.head] = document.id
        self.digest = moved(self.digest, come=record_digest(document.id, document.ver))

    def depart(self, id_: str, to_area: str, *, at: int) -> None:
        """Let a record go to another area, ``at`` milliseconds."""
        self.left_at[id_] = at
        self._forget(id_)
        self.head += 1
        self.news[self.head] = Departure(self.head, id_, to_area)

    def _forget(self, id_: str) -> None:
        if old := self.records.pop(id_, None):
            self.digest = moved(self.digest, gone=record_digest(id_, old.ver))
            del self.news[self.seq_of.pop(id_)]


@dataclass
class Holdings:
    """Everything a hub would keep on disk."""

    epoch: str
    epoch_no: int = 1
    areas: dict[str, Area] = field(default_factory=dict)
    area_of: dict[str, str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    answered: dict[tuple[str, int], tuple[str, Receipt]] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    traces: list[Trace] = field(default_factory=list)


class MemoryHub:
    """A hub without a disk. ``now`` gives its clock in milliseconds; one lock makes each call a transaction."""

    def __init__(self, now: Callable[[], int] = wall_millis) -> None:
        self.now = now
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, str | None] = {}
        self.holds = Holdings(epoch=secrets.token_hex(6))
        self.sealed: dict[str, dict[tuple[int, str], Change]] = {}
        self._lock = threading.RLock()

    def add_account(self, name: str, password: str, areas: Iterable[str], *, everyone: bool = False) -> None:
        """Let somebody in; ``everyone`` also lets them write everyone's records."""
        self.accounts[name] = Account(name, password, list(areas), everyone=everyone)

    def assign(self, name: str, areas: Iterable[str]) -> None:
        """Give an account other areas; what is taken away stays known as formerly its own."""
        account, areas = self.accounts[name], list(areas)
        account.formerly += [(area, self.now()) for area in account.areas if area not in areas]
        account.areas, account.gen = areas, account.gen + 1

    def revoke(self, token: str) -> None:
        """Withdraw one laptop."""
        self.tokens[token] = None

    def snapshot(self) -> Holdings:
        """A backup of everything held."""
        with self._lock:
            return copy.deepcopy(self.holds)

    def restore(self, backup: Holdings) -> None:
        """Go back to a backup, in a new epoch."""
        with self._lock:
            epoch_no = max(self.holds.epoch_no, backup.epoch_no) + 1
            self.holds = replace(copy.deepcopy(backup), epoch=secrets.token_hex(6), epoch_no=epoch_no)

    def document(self, id_: str) -> Document | None:
        """One record as it is now."""
        area = self.holds.area_of.get(id_)
        return self.holds.areas[area].records.get(id_) if area is not None else None

    def sign_in(self, request: SignIn) -> Signed:
        """Give a token to a known account with the right password; SignInNeeded otherwise."""
        account = self.accounts.get(request.account)
        if account is None or not secrets.compare_digest(
            account.password.encode(), request.password.encode()
        ):
            raise SignInNeeded("账号或密码不对", "请核对后重新输入，或向社区内勤询问。")
        token = secrets.token_urlsafe(16)
        self.tokens[token] = account.name
        scope = Scope(gen=account.gen, areas=account.areas)
        return Signed(
            token=token, account=account.name, name=account.name, role="grid", scope=scope, hub="memory"
        )

    def exchange(self, token: str, request: Exchange) -> Answer:
        """Take changes in, hand news out; Gap, Forked, SignInNeeded, Revoked or Refused otherwise."""
        with self._lock:
            account = self._account(token)
            if request.protocol != PROTOCOL:
                raise Refused("程序版本与中心不匹配", "请更新程序后再同步。")
            if self._behind(request):
                self.restore(self.holds)
            receipts: list[Receipt] = []
            streams: list[Stream] = []
            if request.epoch in ("", self.holds.epoch):
                heads = {area: held.head for area, held in self.holds.areas.items()}
                receipts, plain = self._take(account, request)
                streams = self._streams(account, request, heads, plain)
            return Answer(
                epoch=self.holds.epoch,
                now=self.now(),
                acked=self.holds.last.get(request.origin, 0),
                receipts=receipts,
                scope=Scope(gen=account.gen, areas=account.areas),
                streams=streams,
            )

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        """Bucket sums or bucket records of one area, for a laptop whose digest differs."""
        with self._lock:
            account = self._account(token)
            if not Scope(gen=0, areas=account.areas).covers(request.area):
                raise Refused("这个网格不归您负责", "如有疑问，请联系社区内勤。")
            area = self.holds.areas.get(request.area, Area())
            if request.buckets:
                records = [d for d in area.records.values() if bucket(d.id) in request.buckets]
                return BucketAnswer(area=request.area, head=area.head, records=records)
            sums = bucket_digests((d.id, d.ver) for d in area.records.values())
            return BucketAnswer(area=request.area, head=area.head, sums=[to_text(n) for n in sums])

    def hand_in(self, token: str, request: HandIn) -> HandedIn:
        """Take the pending changes of a withdrawn laptop under seal; Refused for one that is not withdrawn."""
        with self._lock:
            if token not in self.tokens:
                raise SignInNeeded("登录已失效", "请重新登录。")
            if self.tokens[token] is not None:
                raise Refused("这台电脑没有停用", "请照常同步。")
            kept = self.sealed.setdefault(request.origin, {})
            kept.update({(change.mseq, fingerprint(change)): change for change in request.changes})
            return HandedIn(
                upto=request.changes[-1].mseq if request.changes else max(kept, default=(0, ""))[0]
            )

    def _account(self, token: str) -> Account:
        if token not in self.tokens:
            raise SignInNeeded("登录已失效", "请重新登录。")
        name = self.tokens[token]
        if name is None:
            raise Revoked("这台电脑已被停用", "请联系社区内勤。")
        return self.accounts[name]

    def _behind(self, request: Exchange) -> bool:
        holds = self.holds
        return request.epoch == holds.epoch and any(
            have.cursor > holds.areas.get(area, Area()).head for area, have in request.have.items()
        )

    def _take(self, account: Account, request: Exchange) -> tuple[list[Receipt], set[str]]:
        repeats, new = self._sort(request)
        self.holds.owner[request.origin] = account.name
        done = settle(new, self._stored(new), self._terms(account, request))
        for id_ in done.raised & self.holds.area_of.keys():
            del done.documents[id_]
        self._store(done)
        for change, receipt in zip(new, done.receipts, strict=True):
            self.holds.answered[request.origin, change.mseq] = (fingerprint(change), receipt)
            self.holds.last[request.origin] = change.mseq
        return repeats + done.receipts, done.plain

    def _sort(self, request: Exchange) -> tuple[list[Receipt], list[Change]]:
        """Receipts of the repeats, and the changes that are new."""
        last = self.holds.last.get(request.origin, 0)
        repeats: list[Receipt] = []
        new: list[Change] = []
        for change in request.changes:
            if change.mseq > last + len(new) + 1:
                raise Gap(last + len(new) + 1)
            if change.mseq > last:
                new.append(change)
                continue
            told, receipt = self.holds.answered[request.origin, change.mseq]
            if told != fingerprint(change):
                raise Forked
            repeats.append(receipt)
        return repeats, new

    def _stored(self, changes: list[Change]) -> dict[str, Document]:
        subjects = {subject_of(change.groups) for change in changes if change.kind == CONFLICT}
        found = {id_: self.document(id_) for id_ in {change.id for change in changes} | subjects}
        return {id_: document for id_, document in found.items() if document is not None}

    def _terms(self, account: Account, request: Exchange) -> Terms:
        now = self.now()
        lately, lost = until_lately(request, account.formerly, now=now)
        return Terms(
            origin=request.origin,
            hub_now=now,
            laptop_now=request.now,
            epoch=self.holds.epoch,
            epoch_no=self.holds.epoch_no,
            rights=Rights(
                areas=frozenset(account.areas),
                formerly=lost,
                everyone=account.everyone,
                until_lately=lately,
                left=self._leavers(request, now=now),
            ),
            author_of=lambda origin: self.holds.owner.get(origin, ""),
        )

    def _leavers(self, request: Exchange, *, now: int) -> Callable[[str, str], bool]:
        latest = last_told(request, now=now)

        def left(area: str, id_: str) -> bool:
            at = self.holds.areas.get(area, Area()).left_at.get(id_, 0)
            return latest[id_] <= at and at >= now - LATE_MS

        return left

    def _store(self, done: Settlement) -> None:
        holds = self.holds
        for document in done.documents.values():
            old = holds.area_of.get(document.id)
            if old is not None and old != document.area:
                holds.areas[old].depart(document.id, document.area, at=self.now())
            holds.areas.setdefault(document.area, Area()).put(document)
            holds.area_of[document.id] = document.area
        holds.traces += done.traces

    def _streams(
        self, account: Account, request: Exchange, heads: dict[str, int], plain: set[str]
    ) -> list[Stream]:
        scope = Scope(gen=account.gen, areas=account.areas)
        budget = request.budget * PACKING
        streams = []
        for code in sorted(filter(scope.covers, self.holds.areas)):
            held, have = self.holds.areas[code], request.have.get(code, Have())
            if have.cursor == held.head:
                if have.digest not in (None, to_text(held.digest)):
                    streams.append(
                        Stream(area=code, since=held.head, to=held.head, digest=to_text(held.digest))
                    )
                continue
            known = plain if heads.get(code, 0) == have.cursor else set()
            stream, cost = _stream(code, held, have.cursor, known, max(budget, 1))
            budget -= cost
            streams.append(stream)
        return streams


def _stream(code: str, held: Area, cursor: int, known: set[str], budget: int) -> tuple[Stream, int]:
    """News of an area after ``cursor`` within ``budget`` bytes of JSON (at least one), and what it costs."""
    seqs = sorted(held.news)
    records: list[Document] = []
    departures: list[Departure] = []
    echo: list[tuple[str, int]] = []
    to, spent = cursor, 0
    for seq in seqs[bisect_right(seqs, cursor) :]:
        if spent >= budget:
            return Stream(
                area=code, since=cursor, to=to, records=records, departures=departures, echo=echo, more=True
            ), spent
        item = held.news[seq]
        if isinstance(item, Departure):
            departures.append(item)
        elif item in known:
            echo.append((item, held.records[item].ver))
        else:
            records.append(held.records[item])
            spent += len(msgspec.json.encode(held.records[item]))
        to = seq
    stream = Stream(
        area=code,
        since=cursor,
        to=held.head,
        records=records,
        departures=departures,
        echo=echo,
        digest=to_text(held.digest),
    )
    return stream, spent
