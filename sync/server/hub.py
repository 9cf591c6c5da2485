"""The centre on a database: the Hub every laptop talks to, on SQLite for an office or PostgreSQL for a district."""

from collections.abc import Callable, Mapping
import re
from typing import Any

from argon2 import PasswordHasher
import msgspec
from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import DBAPIError

from sync.clock import wall_millis
from sync.digest import BUCKETS
from sync.errors import Garbled, Offline, Refused
from sync.protocol import (
    PROTOCOL,
    Answer,
    BucketAnswer,
    BucketQuery,
    Exchange,
    HandedIn,
    HandIn,
    Scope,
    Signed,
    SignIn,
    Stream,
)
from sync.server import streams, tables
from sync.server.accounts import Accounts
from sync.server.audit import audited
from sync.server.blob_store import BlobStore
from sync.server.blobs import SqlBlobs
from sync.server.crowd import Crowd
from sync.server.database import collided, reading, rotate_epoch, translated, writing
from sync.server.entry import caller, recognise, sign_in, touch
from sync.server.intake import Epoch, Intake, current_epoch, last_of, take_in
from sync.server.passwords import Passwords
from sync.server.quarantine import Quarantine, keep_sealed
from sync.server.seal import Seal

CHANGES_MOST = 20_000
AREAS_MOST = 20_000
ROTATION_MS = 10 * 60 * 1000
SEEN_MS = 10 * 60 * 1000
TRIES = 3  # of a request that meets another one in the database

# No laptop is called as the hub calls itself when it writes.
_ORIGIN = re.compile(r"(?!hub-)[0-9A-Za-z_-]{1,64}")


class SqlHub:
    """One centre on one database, safe to be called from many threads.

    ``name`` is what laptops show; ``wall`` gives milliseconds since 1970; ``hasher`` sets the cost of a password.
    """

    def __init__(
        self,
        engine: Engine,
        secret: str,
        *,
        name: str = "网格中心",
        wall: Callable[[], int] = wall_millis,
        hasher: PasswordHasher | None = None,
    ) -> None:
        self.engine = engine
        self.name = name
        self._wall = wall
        self._passwords = Passwords(secret, hasher)
        self._seal = Seal(secret)
        self._crowd = Crowd()

    def accounts(self, actor: str = "console") -> Accounts:
        """The office's list of people and laptops, acted on in the name of ``actor``."""
        return Accounts(self.engine, self._passwords, actor=actor)

    def quarantine(self, actor: str = "console") -> Quarantine:
        """What withdrawn laptops handed in, decided on in the name of ``actor``."""
        return Quarantine(self.engine, self._seal, actor=actor, wall=self._wall)

    def blobs(self, store: BlobStore) -> SqlBlobs:
        """The photos of this centre, kept in ``store``."""
        return SqlBlobs(self.engine, self._passwords, store, wall=self._wall)

    def begin_epoch(self, actor: str = "console") -> None:
        """Tell every laptop that the database went back in time: each sends again what it may have forgotten."""
        now = self._wall()
        with translated(), writing(self.engine) as db:
            rotate_epoch(db, now=now)
            audited(db, actor=actor, act="epoch.rotate", subject="", detail="restored", now=now)

    def sign_in(self, request: SignIn, *, address: str = "") -> Signed:
        """Give a token to a known account with the right password; SignInNeeded or Refused otherwise.

        ``address`` is where the laptop calls from, as far as it is known.
        """
        now = self._wall()
        with translated():
            return sign_in(self.engine, self._passwords, request, address=address, hub=self.name, now=now)

    def recognise(self, token: str) -> None:
        """SignInNeeded unless some laptop, at work or withdrawn, was given this token."""
        with translated(), reading(self.engine) as db:
            recognise(db, self._passwords, token)

    def exchange(self, token: str, request: Exchange) -> Answer:
        """Take changes in, hand news out; every change acknowledged is committed before this returns.

        Gap, Forked, SignInNeeded, Revoked, Refused, Garbled, or Offline when the database cannot be used.
        """
        return msgspec.json.decode(self.exchange_json(token, request), type=Answer)

    def exchange_json(self, token: str, request: Exchange) -> msgspec.Raw:
        """The same, for the wire: the answer as JSON, its records not taken apart on the way."""
        _check(request)
        with self._crowd.inside(), translated():
            intake, answer = self._taken_in(token, request) if request.changes else (Intake(), None)
            answer = answer or self._answer(token, request, intake)
            if answer is None:
                self._rotate(token, request)
                answer = self._answer(token, request, intake)
        if answer is None:
            raise Offline("中心正忙", "已填写的内容保存在本机，稍后会自动再试。")
        return msgspec.Raw(msgspec.json.encode(answer))

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        """Bucket sums or bucket records of one area; Refused when it is not the caller's to see."""
        with translated(), reading(self.engine) as db:
            person = caller(db, self._passwords, token).person
            if not person.scope.covers(request.area):
                raise Refused("没有查看这个网格的权限", "如果确需查看，请联系社区内勤。")
            if len(request.buckets) > BUCKETS:
                raise Garbled("要核对的内容不合格式", "请升级程序后再同步；如仍出现，请联系管理员。")
            head = db.execute(
                select(tables.area.c.head).where(tables.area.c.code == request.area)
            ).scalar_one_or_none()
            return streams.buckets(db, request, head=head or 0)

    def hand_in(self, token: str, request: HandIn) -> HandedIn:
        """Take the pending changes of a withdrawn laptop under seal; Refused for one that is not withdrawn."""
        _check_origin(request.origin)
        with translated():
            return keep_sealed(self.engine, self._passwords, self._seal, token, request, now=self._wall())

    def _taken_in(self, token: str, request: Exchange) -> tuple[Intake, Answer | None]:
        for _try in range(TRIES - 1):
            try:
                return self._take_in(token, request)
            except DBAPIError as error:
                if not collided(error):
                    raise
        return self._take_in(token, request)

    def _take_in(self, token: str, request: Exchange) -> tuple[Intake, Answer | None]:
        """What came of the changes, and the whole answer where it tells nothing but what came of them."""
        now = self._wall()
        with writing(self.engine) as db:
            who = caller(db, self._passwords, token)
            epoch, scope = current_epoch(db), who.person.scope
            if not _shares(request, epoch) or _is_ahead(request, found := streams.heads(db, scope)):
                return Intake(), None
            if now - who.seen_at > SEEN_MS:
                touch(db, who.device, now=now)
            intake = take_in(db, who, request, epoch=epoch, now=now, areas=found)
        told = streams.echoed(scope, found, request.have, intake.echoes)
        return intake, None if told is None else self._told(epoch, scope, intake.last, intake, told, now=now)

    def _answer(self, token: str, request: Exchange, intake: Intake) -> Answer | None:
        """The answer, read at one moment; None when the laptop has seen more than this database holds."""
        now = self._wall()
        with reading(self.engine) as db:
            who = caller(db, self._passwords, token)
            epoch = current_epoch(db)
            found = streams.heads(db, who.person.scope) if _shares(request, epoch) else {}
            if _shares(request, epoch) and _is_ahead(request, found):
                return None
            last = last_of(db, who.person.account, request.origin)
            told = streams.streams(db, found, request.have, budget=request.budget, echoes=intake.echoes)
            answer = self._told(epoch, who.person.scope, last, intake, told, now=now)
        if not request.changes and now - who.seen_at > SEEN_MS:
            with writing(self.engine) as db:
                touch(db, who.device, now=now)
        return answer

    def _told(
        self, epoch: Epoch, scope: Scope, last: int, intake: Intake, told: list[Stream], *, now: int
    ) -> Answer:
        return Answer(
            epoch=epoch.text,
            now=now,
            acked=last,
            receipts=intake.receipts,
            scope=scope,
            streams=told,
            backoff=self._crowd.backoff(),
        )

    def _rotate(self, token: str, request: Exchange) -> None:
        now = self._wall()
        with writing(self.engine) as db:
            who = caller(db, self._passwords, token)
            meta = db.execute(select(tables.meta).with_for_update()).one()
            if meta.epoch != request.epoch:
                return
            # Cursors come from laptops: without a limit, one that makes them up could restart all others for ever.
            if now - meta.rotated_at < ROTATION_MS:
                raise Refused(
                    "本机的进度超过了中心", "中心刚刚恢复过数据，请十分钟后再试；如仍出现，请联系管理员。"
                )
            rotate_epoch(db, now=now)
            audited(
                db,
                actor=who.person.account,
                act="epoch.rotate",
                subject=who.device,
                detail="cursor above head",
                now=now,
            )


def _shares(request: Exchange, epoch: Epoch) -> bool:
    """True when the laptop's numbers speak of this database; otherwise it must start again first."""
    return request.epoch in ("", epoch.text)


def _is_ahead(request: Exchange, heads: Mapping[str, Row[Any]]) -> bool:
    """True when a cursor stands above the head of an area it may read: an older copy of the database is in place."""
    return bool(request.epoch) and any(
        have.cursor > heads[code].head for code, have in request.have.items() if code in heads
    )


def _check(request: Exchange) -> None:
    if request.protocol != PROTOCOL:
        raise Refused("本机程序与中心的版本不一致", "请升级到最新版本后再同步；已填写的内容不受影响。")
    _check_origin(request.origin)
    if len(request.changes) > CHANGES_MOST or len(request.have) > AREAS_MOST:
        raise Garbled("一次发送的内容太多", "程序会分成几次发送；如仍出现，请联系管理员。")


def _check_origin(origin: str) -> None:
    if not _ORIGIN.fullmatch(origin):
        raise Garbled("本机的编号不合格式", "请联系管理员。")
