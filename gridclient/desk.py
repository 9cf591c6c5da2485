"""One laptop's pieces put together: vault, records, drafts, trail and the way to the centre.

The window and the command line both stand on a desk, so the two cannot differ. Everything here blocks; the window calls
what takes long off its own thread.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
import platform
import threading
import time
from typing import TYPE_CHECKING

from sqlmodel import col

from gridclient.blanks import Offer, add_answers
from gridclient.errors import Unfit
from gridclient.fields import RECORDS
from gridclient.records import DictionaryEntry, OrgUnit, Photo
from gridclient.records.area import Level
from gridclient.store import proof
from gridclient.store.backup import back_up
from gridclient.store.drafts import Drafts
from gridclient.store.edits import Edits
from gridclient.store.history import History
from gridclient.store.imports import Imports
from gridclient.store.photos import Photos
from gridclient.store.rounds import noted
from gridclient.store.search import Hit, Index, Search, find, ids
from gridclient.store.trail import Trail
from gridclient.store.vault import USUAL, Cost, Vault
from gridclient.store.wipe import begun, finish, wipe
from gridclient.trust import Authority, authority, exposed
from sync import farewell
from sync.conflict import Conflict
from sync.engine import Engine, Round
from sync.errors import Offline, Refused, Revoked, SignInNeeded
from sync.protocol import Signed, SignIn
from sync.record import SyncedRecord
from sync.replica import News, Replica

if TYPE_CHECKING:
    from sync.remote import RemoteHub

CARRY_S = 120.0  # how long photos go before there is another round
PROVISIONAL = "0" * 12  # the community of a laptop that nobody has told its own yet
HOME, UNIT_NAME, WHO, NAME = "home", "unit_name", "who", "name"
HUB, TOKEN, ROLE, LAST_OK = "hub", "token", "role", "last_ok"
AUTHORITY, WITHDRAWN = "authority", "withdrawn"
WIPED = "本机的数据已经清除；没有上传过的修改都已交给中心。请联系社区内勤。"


def tables() -> list[type[SyncedRecord]]:
    """Every kind a laptop keeps: the declared ones, and the conflicts that ask a person."""
    return [*(spec.table for spec in RECORDS.values()), Conflict]


class Desk:
    """What one person works on, once the vault is open.

    ``replica`` keeps the records, ``drafts`` what is half typed, ``edits`` what can be taken back, ``history`` what every
    field was before, ``trail`` who printed, exported or looked at what, ``imports`` what can be taken back whole,
    ``index`` the words by which people and doors are found, ``photos`` the pictures. ``open_line`` says that somebody
    allowed a line to the centre others can read.
    """

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self.replica = Replica(vault.engine, tables(), author="", before_change=self._keep_copy)
        self.replica.author = self.replica.meta(WHO)
        self.drafts = Drafts(vault.engine)
        self.edits = Edits(vault.engine)
        self.history = History(vault.engine, self.replica)
        self.trail = Trail(vault.engine)
        self.imports = Imports(vault.engine)
        self.imports.mend(self.replica)
        self.index = Index(self.replica)
        self.photos = Photos(vault, self.replica)
        self._learn_lists()
        self.replica.subscribe(self._on_news)
        self.open_line = False
        self._hub: RemoteHub | None = None
        self._round = threading.Lock()

    @classmethod
    def open(cls, path: Path | str, passphrase: str) -> "Desk":
        """Open the vault at ``path``; WrongPassphrase, VaultDamaged or VaultBusy; Revoked when it was being wiped."""
        if begun(Path(path)):
            finish(Path(path))
            raise Revoked("这台电脑已被停用", WIPED)
        return cls._with(Vault.open(path, passphrase))

    @classmethod
    def create(
        cls, path: Path | str, passphrase: str, *, home: str = "", unit_name: str = "", cost: Cost = USUAL
    ) -> "Desk":
        """Lay down a new vault at ``path`` for the community ``home`` (12 digits) called ``unit_name``."""
        if begun(Path(path)):
            finish(Path(path))
        desk = cls._with(Vault.create(path, passphrase, cost))
        desk.replica.set_meta(HOME, home)
        desk.replica.set_meta(UNIT_NAME, unit_name)
        return desk

    @property
    def home(self) -> str:
        """The code of the community this laptop works for, 12 digits; a provisional one until somebody said."""
        return self.replica.meta(HOME) or PROVISIONAL

    @property
    def unit_name(self) -> str:
        """The name of that community, for headings of pages and ledgers: as told, else as its own record has it."""
        if told := self.replica.meta(UNIT_NAME):
            return told
        level, code = col(OrgUnit.level) == Level.COMMUNITY.value, col(OrgUnit.code) == self.home
        return next((unit.name for unit in self.replica.all(OrgUnit, level, code)), "")

    @property
    def who(self) -> str:
        """The name of the person at this laptop, as ledgers and visits give it; the account when there is no name."""
        return self.replica.meta(NAME) or self.replica.meta(WHO)

    @property
    def signed_in(self) -> bool:
        """True while the laptop holds an address and a token; whether they still hold is found out by trying."""
        return bool(self.replica.meta(HUB) and self.replica.meta(TOKEN))

    @property
    def address(self) -> str:
        """Where the centre is; empty until somebody signed in once."""
        return self.replica.meta(HUB)

    @property
    def exposed(self) -> bool:
        """True while others could read the line to the centre."""
        return self.signed_in and exposed(self.address)

    @property
    def account(self) -> str:
        """The account last signed in with."""
        return self.replica.meta(WHO)

    @property
    def authority(self) -> Authority | None:
        """The office's certificate authority, when one was named; then no other is trusted."""
        kept = self.replica.meta(AUTHORITY)
        return authority(kept.encode()) if kept else None

    @property
    def withdrawn(self) -> bool:
        """True once the office has withdrawn this laptop."""
        return bool(self.replica.meta(WITHDRAWN))

    @property
    def owed(self) -> int:
        """How many changes a withdrawn laptop has still to hand in before it may be wiped."""
        return len(farewell.owed(self.replica)) if self.withdrawn else 0

    @property
    def done_for(self) -> bool:
        """True when a withdrawn laptop owes nothing, and the centre that withdrew it had proved who it is."""
        return self.withdrawn and not self.owed and not self.exposed

    @property
    def last_ok(self) -> datetime | None:
        """When a round last finished, in local time."""
        told = self.replica.meta(LAST_OK)
        return datetime.fromisoformat(told) if told else None

    def introduce(self, name: str, *, home: str = "", unit_name: str = "") -> None:
        """Say who works here, and for which community, without a centre."""
        for key, value in ((NAME, name), (HOME, home), (UNIT_NAME, unit_name)):
            if value:
                self.replica.set_meta(key, value)

    def trust(self, content: bytes) -> Authority:
        """Believe only centres vouched for by the certificate in ``content``, which is kept; Unfit when it is none."""
        named = authority(content)
        self.replica.set_meta(AUTHORITY, named.pem)
        self.let_go_of_hub()
        return named

    def distrust(self) -> None:
        """Believe what this computer believes."""
        self.replica.set_meta(AUTHORITY, "")
        self.let_go_of_hub()

    def sign_in(self, url: str, account: str, password: str, device: str = "") -> None:
        """Get a token from the centre at ``url`` and keep it in the vault; Offline, SignInNeeded or Refused."""
        with self._reached(url) as hub:
            signed = hub.sign_in(SignIn(account=account, password=password, device=device or platform.node()))
        kept = {HUB: url, TOKEN: signed.token, WHO: signed.account, NAME: signed.name, ROLE: signed.role}
        for key, value in kept.items():
            self.replica.set_meta(key, value)
        self._settle_in(signed)
        self._let_in()
        self.let_go_of_hub()

    def sign_out(self) -> None:
        """Forget the token; the records stay, and so does what waits to be sent."""
        self.replica.set_meta(TOKEN, "")
        self.let_go_of_hub()

    def hub(self) -> "RemoteHub | None":
        """The centre, when somebody has signed in; None otherwise. Refused for a line others could read."""
        if not self.signed_in:
            return None
        if self._hub is None:
            self._hub = self._reached(self.address)
        return self._hub

    def way(self) -> str:
        """This computer's own address on the way to the centre; empty while there is none. Sends nothing."""
        from sync.remote import way_to

        return way_to(self.address)

    def sync(
        self,
        progress: Callable[[Round], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        *,
        agreed_removal: bool = False,
        photos: Callable[[int, int], None] | None = None,
    ) -> Round:
        """One round with the centre; SignInNeeded when nobody has signed in, else whatever the round raises.

        Photos go after it, until there is news to send; ``photos(done, total)`` tells how far they are.
        Revoked when the office has withdrawn this laptop; what it owes has then been handed in, as far as the line
        went: the laptop may be wiped once :attr:`owed` is 0.
        """
        hub = self.hub()
        if hub is None:
            raise SignInNeeded("还没有登录中心", "请在“同步”里填写中心地址和账号。")
        with self._round, noted(self.replica, hub) as seen:

            def told(so_far: Round) -> None:
                seen[:] = [so_far]
                if progress is not None:
                    progress(so_far)

            try:
                engine = Engine(self.replica, hub, self.replica.meta(TOKEN))
                done = engine.round(told, cancelled, agreed_removal=agreed_removal)
            except Revoked:
                self._hand_in(hub)
                raise
        self._let_in()
        self.replica.set_meta(LAST_OK, _now().isoformat(timespec="seconds"))
        proof.keep(self.replica, done.told, _now())
        self._carry_photos(hub, photos, cancelled)
        return done

    def picture(self, photo: Photo) -> bytes | None:
        """The picture of a photo as a JPEG, fetched when it is not here; None when the centre cannot give it now."""
        hub = self.hub() if (kept := self.photos.picture(photo)) is None else None
        return kept if hub is None else self.photos.fetch(photo, hub, self.replica.meta(TOKEN))

    def wipe(self) -> str:
        """Destroy all that this laptop holds; a sentence on what nobody else has, empty when there is nothing.

        Unfit unless the office withdrew the laptop and has every change it owes: anybody could have said so, and have
        taken them, where the line is not encrypted.
        """
        if not self.done_for:
            raise Unfit("现在不能清除本机数据", "还有修改没有交给中心，或者连接没有加密；请联系社区内勤。")
        drafts, photos = len(self.drafts.all()), self.photos.pending()
        lost = [f"没有保存的草稿 {drafts} 份"] * bool(drafts) + [f"没有上传的照片 {photos} 张"] * bool(photos)
        self.let_go_of_hub()
        self.index.close()
        wipe(self.vault)
        return f"{'、'.join(lost)}也已清除。" if lost else ""

    def find(self, words: str, limit: int = 50) -> list[Hit]:
        """People and doors by name, pinyin, address or the end of a number, best first."""
        return find(self.index, words, limit)

    def ids_for(self, kind: str, words: str, limit: int = 0) -> list[str]:
        """The ids of a kind that fit every word typed, best first; ``limit`` 0 gives all."""
        if kind in ("resident", "dwelling", "household") and limit:
            hits = self.find(words, limit * 2)
            if kind == "household":
                return list(dict.fromkeys(hit.household for hit in hits if hit.household))[:limit]
            return [hit.id for hit in hits if hit.kind == kind][:limit]
        found = ids(self.replica, Search(kind, words))
        return found[:limit] if limit else found

    def close(self) -> None:
        """End what is under way and let go of the file; calling again does nothing."""
        self.let_go_of_hub()
        self.index.close()
        self.vault.close()
        add_answers({})

    def _carry_photos(
        self,
        hub: "RemoteHub",
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        """Carry photos until somebody wants to stop, has written something, or others may have: text does not wait."""
        until = time.monotonic() + CARRY_S

        def stop() -> bool:
            late = time.monotonic() > until or bool(self.replica.pending())
            return late or (cancelled is not None and cancelled())

        self.photos.carry(hub, self.replica.meta(TOKEN), progress=progress, stop=stop)

    def _reached(self, address: str) -> "RemoteHub":
        """The centre at an address, believed as this laptop was told to."""
        if exposed(address) and not self.open_line:
            raise Refused(
                "这个地址没有加密",
                "密码和居民信息会被路上的人看到，所以没有发送任何内容。请向社区内勤要 https 开头的地址；"
                "单位确认只能这样的，请在“设置”里允许不加密的连接。",
            )
        from sync.remote import RemoteHub

        return RemoteHub(address, verify=self.replica.meta(AUTHORITY))

    def _hand_in(self, hub: "RemoteHub") -> None:
        """Hand in what the office lacks, now that it has withdrawn this laptop; without a line, at the next round."""
        if not self.withdrawn:
            self.replica.set_meta(WITHDRAWN, _now().isoformat(timespec="seconds"))
        with suppress(Offline):
            farewell.hand_in(self.replica, hub, self.replica.meta(TOKEN))

    def _let_in(self) -> None:
        """Note that the centre lets this laptop in, also after it had been withdrawn."""
        if self.withdrawn:
            self.replica.set_meta(WITHDRAWN, "")
            farewell.begin_anew(self.replica)

    def _on_news(self, news: list[News]) -> None:
        if any(one.kind == DictionaryEntry.kind() for one in news):
            self._learn_lists()
        gone = {
            one.id
            for edit in self.edits.about([one.id for one in news if one.remote])
            for one in edit.first
            if one.kind in self.replica.shapes and not self._holds(one.kind, one.id)
        }
        if gone:  # what left this laptop is not kept by it in another form
            self.edits.forget(*self.edits.about(gone))

    def _holds(self, kind: str, id_: str) -> bool:
        return self.replica.get(self.replica.shapes[kind].table, id_) is not None

    def _learn_lists(self) -> None:
        """Offer what this office added to the lists on which the standards are silent."""
        lists: dict[str, list[Offer]] = {}
        for entry in self.replica.all(
            DictionaryEntry, order=(col(DictionaryEntry.order), col(DictionaryEntry.id))
        ):
            lists.setdefault(entry.dictionary, []).append(Offer(entry.code, entry.words, entry.retired))
        add_answers(lists)

    def _settle_in(self, signed: Signed) -> None:
        """Work under the account from now on; what was made before it was known is made by it."""
        self.replica.author = signed.account
        code = next((area[:12] for area in signed.scope.areas if area.isdigit() and len(area) >= 12), "")
        unsaid = bool(code) and self.home == PROVISIONAL
        if not self.replica.epoch:
            self.replica.settle_in(signed.account, **({"old": PROVISIONAL, "new": code} if unsaid else {}))
        if unsaid:
            self.replica.set_meta(HOME, code)
            units = [u for u in self.replica.all(OrgUnit) if u.code.startswith(PROVISIONAL)]
            for unit in units:
                unit.code = code + unit.code.removeprefix(PROVISIONAL)
            self.replica.save(*units)

    @classmethod
    def _with(cls, vault: Vault) -> "Desk":
        try:
            return cls(vault)
        except BaseException:
            vault.close()
            raise

    def _keep_copy(self) -> None:
        """Copy the vault before its tables are altered."""
        back_up(self.vault, datetime.now().astimezone())

    def let_go_of_hub(self) -> None:
        """End every call to the centre that is under way; the next one connects anew."""
        if self._hub is not None:
            self._hub.stop()
            self._hub = None


def _now() -> datetime:
    return datetime.now().astimezone()
