"""The edge towards the disk: whole files, one opener at a time, and its faults in words.

Faults are both a :class:`~gridclient.errors.GridError` for a window and a :class:`~sync.errors.LocalFault` for a round
of sync, so that neither has to know of the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import errno
import os
from pathlib import Path
import sys
from typing import BinaryIO

from gridclient.errors import NoSpace, VaultBusy, VaultDamaged
from sync.errors import LocalFault

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_IOERR = 5, 6, 8, 10
SQLITE_CORRUPT, SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_NOTADB = 11, 13, 14, 26
SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ = 266, 522
SAID = {  # an online backup raises SQLite's words without their number
    "database or disk is full": SQLITE_FULL,
    "disk I/O error": SQLITE_IOERR,
    "attempt to write a readonly database": SQLITE_READONLY,
    "database is locked": SQLITE_BUSY,
    "database disk image is malformed": SQLITE_CORRUPT,
}
ROOM = "请清理磁盘（至少留出 200 MB）后再试一次。刚才的内容没有存进去，已存的都在。"


class DiskFull(NoSpace, LocalFault):
    """Nothing could be written; what was stored before is untouched."""


class PagesBroken(VaultDamaged, LocalFault):
    """A page of the vault does not verify, or cannot be read from the disk."""


class FileHeld(VaultBusy, LocalFault):
    """Something else kept the vault locked for longer than the store waits."""


@contextmanager
def writing() -> Iterator[None]:
    """Turn a full, read-only or failing disk met inside into DiskFull, PagesBroken or FileHeld."""
    try:
        yield
    except Exception as error:
        if (fault := fault_of(error)) is None:
            raise
        raise fault from error


def fault_of(error: BaseException) -> Exception | None:
    """The expected error meant by one of SQLite (bare or wrapped by SQLAlchemy) or of the system; None for others."""
    if isinstance(error, OSError):
        return _of_system(error)
    bare = getattr(error, "orig", error)
    code = getattr(bare, "sqlite_errorcode", None) or SAID.get(str(bare))
    return _of_sqlite(code) if isinstance(code, int) else None


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` so that a crash leaves the old file or the new one, readable by its owner only.

    Raises OSError; wrap in :func:`writing` where a person is told.
    """
    part = path.with_name(path.name + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    settle_folder(path.parent)


def settle_folder(folder: Path) -> None:
    """Bring names made or replaced in ``folder`` to the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Claim:
    """Holds a file for this process alone, by a lock that the system drops when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        with writing():
            self._file: BinaryIO = path.open("a+b")
        try:
            _lock(self._file)
        except OSError:
            self._file.close()
            raise VaultBusy(
                "数据文件正在另一个窗口中使用", "请切换到已经打开的窗口，或先关闭它再打开。"
            ) from None

    def release(self) -> None:
        self._file.close()


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt  # exists on Windows only

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # exists elsewhere only

        # flock and not lockf: its lock belongs to this opening, so a second vault in one process is refused too.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _of_system(error: OSError) -> Exception | None:
    if error.errno in FULL:
        return DiskFull("磁盘满了，没有存进去", ROOM)
    if error.errno == errno.EROFS:
        return DiskFull("磁盘是只读的，没有存进去", "请解除写保护，或把数据放到另一个磁盘。已存的内容都在。")
    if error.errno in (errno.EACCES, errno.EPERM):
        return DiskFull("这里不允许写入", "请换一个文件夹，或请管理员给予这个文件夹的写入权限。")
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG):
        return DiskFull("这个位置存不了数据", "请检查文件夹是否存在、名称是否写对，或换一个文件夹。")
    if error.errno == errno.EIO:
        return DiskFull("磁盘写入失败", "磁盘可能已损坏。请尽快把数据备份到另一个磁盘。")
    return None


def _of_sqlite(code: int) -> Exception | None:
    kind = code & 0xFF
    if kind in (SQLITE_BUSY, SQLITE_LOCKED):
        return FileHeld("数据文件正忙", "请稍等片刻再试一次；刚才的内容没有存进去。")
    if kind == SQLITE_FULL:
        return DiskFull("磁盘满了，没有存进去", ROOM)
    if kind in (SQLITE_CORRUPT, SQLITE_NOTADB) or code in (SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ):
        return PagesBroken("数据文件有一部分损坏", "请停止录入，从最近的备份恢复，再与中心同步。")
    if kind in (SQLITE_READONLY, SQLITE_CANTOPEN):
        return DiskFull("磁盘是只读的，没有存进去", "请检查数据文件夹是否可写。已存的内容都在。")
    if kind == SQLITE_IOERR:
        return DiskFull("磁盘写不进去了", ROOM)
    return None
