"""The vault: one encrypted file, opened by a passphrase. The only module that knows the ciphers.

The file is SQLCipher with a random 32-byte key. ``PATH.key`` beside it holds that key, wrapped by a key derived from
the passphrase (Argon2id, AES-256-GCM), so a passphrase changes without touching a page. ``PATH.lock`` keeps a second
program out. During a change of passphrase the former key file is kept as ``PATH.key.before``.
"""

from dataclasses import asdict, dataclass
import hmac
import json
from pathlib import Path
import secrets
from typing import Any
import unicodedata

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, event, pool
from sqlalchemy.engine import ExceptionContext
from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import create_engine

from gridclient.errors import Unfit, VaultDamaged, WrongPassphrase
from gridclient.store import disk

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
SHORTEST = 6  # characters of a passphrase
MARK = 0x47524944  # PRAGMA application_id of our files: "GRID"
PRAGMAS = (
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=5000",
    "cache_size=-32000",
    "temp_store=MEMORY",  # a temporary file would hold readable pages
)


@dataclass(frozen=True)
class Cost:
    """What one guess of the passphrase costs: Argon2id passes, KiB of memory, lanes.

    By default the passes of RFC 9106's choice for small machines and twice its memory: a third of a second of the one
    in which somebody wants to be at work.
    """

    passes: int = 3
    memory_kib: int = 128 * 1024
    lanes: int = 2


USUAL = Cost()
LIGHT = Cost(passes=1, memory_kib=64, lanes=1)  # for vaults whose content is invented


class Vault:
    """One open vault. ``engine`` hands out SQLAlchemy connections, ``path`` is the encrypted file.

    Faults of the disk arise from the engine as :class:`gridclient.errors.NoSpace`, VaultDamaged or VaultBusy.
    """

    def __init__(self, path: Path, key: bytes, claim: disk.Claim) -> None:
        self.path = path
        self._key = key
        self._claim = claim
        self.engine = _engine(path, key)

    @classmethod
    def create(cls, path: Path | str, passphrase: str, cost: Cost = USUAL) -> "Vault":
        """Make a new vault at ``path``; Unfit when something is there already or the passphrase is too short."""
        path = Path(path)
        _demand_length(passphrase)
        with disk.writing():
            path.parent.mkdir(parents=True, exist_ok=True)
            claim = disk.Claim(_beside(path, "lock"))
        try:
            key = _lay_down(path, passphrase, cost)
            return cls(path, key, claim)
        except BaseException:
            claim.release()
            raise

    @classmethod
    def open(cls, path: Path | str, passphrase: str) -> "Vault":
        """Open the vault at ``path``; WrongPassphrase, VaultDamaged (with what is wrong) or VaultBusy."""
        path = Path(path)
        _demand_file(path)
        claim = disk.Claim(_beside(path, "lock"))
        try:
            key = _unwrapped(_key_file(path), passphrase)
            _demand_ours(path, key)
            return cls(path, key, claim)
        except BaseException:
            claim.release()
            raise

    def seal(self, data: bytes, about: str) -> bytes:
        """``data`` as only this vault reads it, bound to the name ``about``: for files too large for its pages."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._subkey("seal")).encrypt(nonce, data, about.encode())

    def unseal(self, box: bytes, about: str) -> bytes:
        """What was sealed under the name ``about``; VaultDamaged when it is anything else."""
        try:
            return AESGCM(self._subkey("seal")).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise VaultDamaged("照片文件已损坏", "可以从中心重新下载；还没有上传的，请重新添加。") from None

    def alias(self, name: str) -> str:
        """A name for a sealed file that tells nobody what is in it: 40 hexadecimal digits, always the same."""
        return hmac.digest(self._subkey("alias"), name.encode(), "sha256").hex()[:40]

    def change_passphrase(self, old: str, new: str, cost: Cost = USUAL) -> None:
        """Let ``new`` open the vault from now on, and ``old`` no longer; WrongPassphrase changes nothing."""
        former = _key_file(self.path)
        if _unwrapped(former, old) != self._key:
            raise _damaged_key()
        _demand_length(new)
        with disk.writing():
            disk.write_whole(_beside(self.path, "key.before"), former)
            disk.write_whole(_beside(self.path, "key"), _wrapped(self._key, new, cost))
        if _unwrapped(_key_file(self.path), new) == self._key:
            _beside(self.path, "key.before").unlink(missing_ok=True)

    def check(self) -> list[str]:
        """What is wrong with the pages, one line each; empty when every page verifies. Reads the whole file."""
        with self.engine.connect() as link:
            broken = [str(row[0]) for row in link.exec_driver_sql("PRAGMA cipher_integrity_check")]
            return broken or [
                str(row[0]) for row in link.exec_driver_sql("PRAGMA quick_check") if row[0] != "ok"
            ]

    def copy_to(self, target: Path | str) -> None:
        """Copy the vault as it is now, with its key file, to ``target`` while it stays in use.

        The copy opens with the same passphrase. ``target`` appears whole or not at all; NoSpace when it does not fit.
        """
        target = Path(target)
        part = _beside(target, "part")
        try:
            with disk.writing():
                target.parent.mkdir(parents=True, exist_ok=True)
                part.unlink(missing_ok=True)
                self._copy_pages(part)
                disk.write_whole(_beside(target, "key"), _key_file(self.path))
                part.replace(target)
                disk.settle_folder(target.parent)
        finally:
            _forget(part)

    def close(self) -> None:
        """Bring everything into the one file and let go of it; calling again does nothing."""
        self.engine.dispose()
        self._claim.release()

    def __repr__(self) -> str:
        return f"<Vault {self.path.name}>"

    def _subkey(self, purpose: str) -> bytes:
        return hmac.digest(self._key, b"gridclient " + purpose.encode(), "sha256")

    def _copy_pages(self, part: Path) -> None:
        copy = _connect(part, self._key)
        try:
            with self.engine.connect() as link:
                source: Any = link.connection.driver_connection
                source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()


def _lay_down(path: Path, passphrase: str, cost: Cost) -> bytes:
    """Write a new key and an empty database; the database takes its name last, so half a vault is never met."""
    part = _beside(path, "part")
    if path.exists() or (_beside(path, "key").exists() and not part.exists()):
        raise Unfit("这里已经有一个数据文件", "请直接打开它，或换一个文件夹新建。")
    key = secrets.token_bytes(KEY_BYTES)
    with disk.writing():
        _forget(part)
        link = _connect(part, key)
        try:
            link.execute(f"PRAGMA application_id={MARK}")
            link.execute("PRAGMA user_version=1")
        finally:
            link.close()
        disk.write_whole(_beside(path, "key"), _wrapped(key, passphrase, cost))
        part.replace(path)
        disk.settle_folder(path.parent)
    return key


def _engine(path: Path, key: bytes) -> Engine:
    def creator() -> Any:
        return _connect(path, key)

    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlcipher,
        creator=creator,
        poolclass=pool.QueuePool,
        pool_size=4,
        max_overflow=4,
        hide_parameters=True,
        json_serializer=_json,
    )
    event.listen(engine, "handle_error", _translate)
    return engine


def _connect(path: Path, key: bytes) -> Any:
    """A keyed connection; a wrong key or a broken first page fails here and not at the first question."""
    link = sqlcipher.connect(str(path), timeout=5, check_same_thread=False)
    try:
        link.execute("PRAGMA cipher_log_level=NONE")  # its log would go to stderr
        link.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        link.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for pragma in PRAGMAS:
            link.execute("PRAGMA " + pragma)
    except BaseException:
        link.close()  # a leaked handle would keep the file locked
        raise
    return link


def _translate(context: ExceptionContext) -> None:
    """Disk faults met by the engine arise as our own errors, wherever the statement was run."""
    fault = disk.fault_of(context.original_exception)
    if fault is not None:
        raise fault from context.original_exception


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _wrapped(key: bytes, passphrase: str, cost: Cost) -> bytes:
    """The content of a key file."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    box = AESGCM(_derived(passphrase, salt, cost)).encrypt(nonce, key, _bound(cost))
    told = {"version": VERSION, "argon2id": asdict(cost) | {"salt": salt.hex()}}
    return json.dumps(told | {"nonce": nonce.hex(), "key": box.hex()}, indent=1).encode()


def _unwrapped(content: bytes, passphrase: str) -> bytes:
    """The vault's key from a key file; WrongPassphrase, or VaultDamaged when the file makes no sense."""
    try:
        told = json.loads(content)
        version, kdf = told["version"], dict(told["argon2id"])
        salt, nonce, box = (bytes.fromhex(part) for part in (kdf.pop("salt"), told["nonce"], told["key"]))
        cost = Cost(**kdf)
    except (ValueError, KeyError, TypeError):
        raise _damaged_key() from None
    if version != VERSION:
        raise VaultDamaged("这份数据由更新的程序建立", "请先升级本机程序再打开。")
    try:
        return AESGCM(_derived(passphrase, salt, cost)).decrypt(nonce, box, _bound(cost))
    except InvalidTag:
        raise WrongPassphrase(
            "口令不对", "请检查大小写和输入法后重新输入。口令忘记时只能由备份和中心恢复。"
        ) from None
    except (HashingError, ValueError, OverflowError):
        raise _damaged_key() from None


def _derived(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # NFKC: what an input method left in full width is the same passphrase.
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return hash_secret_raw(
        secret,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _bound(cost: Cost) -> bytes:
    """What is authenticated with the wrapped key: nobody lowers the cost unseen."""
    return json.dumps([VERSION, cost.passes, cost.memory_kib, cost.lanes]).encode()


def _key_file(path: Path) -> bytes:
    """The key file's content, or the former one's when a change of passphrase was cut short."""
    for ending in ("key", "key.before"):
        try:
            if content := _beside(path, ending).read_bytes():
                return content
        except FileNotFoundError:
            continue
        except OSError:
            raise VaultDamaged(
                "密钥文件读不出来", "请检查磁盘；也可以把备份里的 .key 文件放回数据文件旁边。"
            ) from None
    raise VaultDamaged(
        "找不到密钥文件", "数据文件旁边缺少同名的 .key 文件。请从备份中放回，没有它任何口令都打不开。"
    )


def _damaged_key() -> VaultDamaged:
    return VaultDamaged("密钥文件已损坏", "请从备份中取回同名的 .key 文件，放到数据文件旁边。")


def _demand_length(passphrase: str) -> None:
    if len(passphrase) < SHORTEST:
        raise Unfit("口令太短", f"口令至少 {SHORTEST} 个字符，可以用一句话。")


def _demand_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise VaultDamaged("找不到数据文件", "请检查数据文件夹，或从备份中恢复。") from None
    if size == 0:
        raise VaultDamaged("数据文件是空的", "文件可能被清空或拷贝中断。请从最近的备份恢复。")


def _demand_ours(path: Path, key: bytes) -> None:
    """Read the first pages and the mark; VaultDamaged when they do not verify."""
    try:
        link = _connect(path, key)
    except sqlcipher.DatabaseError as error:
        raise _unopened(error) from None
    try:
        mark = link.execute("PRAGMA application_id").fetchone()[0]
        link.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlcipher.DatabaseError as error:
        raise _unopened(error) from None
    finally:
        link.close()
    if mark != MARK:
        raise VaultDamaged("这不是本程序的数据文件", "请选择后缀为 .vault 的数据文件。")


def _unopened(error: Exception) -> Exception:
    code = getattr(error, "sqlite_errorcode", None) or 0
    if code & 0xFF == disk.SQLITE_NOTADB:
        return VaultDamaged(
            "数据文件打不开", "文件开头已损坏，或旁边的密钥文件不是它的。请从最近的备份恢复。"
        )
    if code & 0xFF == disk.SQLITE_CORRUPT:
        return VaultDamaged("数据文件不完整", "文件被截断或有一部分损坏。请从最近的备份恢复。")
    return disk.fault_of(error) or VaultDamaged("数据文件打不开", "请从最近的备份恢复。")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _forget(part: Path) -> None:
    for path in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
        path.unlink(missing_ok=True)
