"""Making a vault unreadable for ever: its keys first, then everything that lies beside it.

Without its key every page and every copy is noise, so the keys are overwritten before anything else is touched. A mark
beside the vault says that this has begun: cut short, it is finished at the next start and nobody is asked for a
passphrase that no longer opens anything.
"""

from collections.abc import Iterator
import os
from pathlib import Path
import secrets
import shutil

from gridclient.paths import wiping_mark
from gridclient.store import disk
from gridclient.store.backup import copies
from gridclient.store.vault import Vault

KEYS = (".key", ".key.before", ".key.part", ".key.before.part")
PAGES = ("-wal", "-shm", "-journal", ".part", ".part-wal", ".part-shm", ".part-journal", "")
LOCK, PHOTOS = ".lock", ".photos"


def wipe(vault: Vault) -> None:
    """Destroy an open vault, its keys, its copies and whatever an unfinished write left; NoSpace when a disk refuses."""
    with disk.writing():
        disk.write_whole(wiping_mark(vault.path), b"\n")
    vault.close()
    finish(vault.path)


def begun(path: Path) -> bool:
    """True when the vault at ``path`` was being wiped and that was cut short."""
    return wiping_mark(path).exists()


def finish(path: Path) -> None:
    """Destroy what is left of the vault at ``path``; the mark goes last, so that this may be cut anywhere."""
    vaults = [path, *copies(path)]
    with disk.writing():
        for key in _those(vaults, KEYS):
            _overwrite(key)
        for file in _those(vaults, (*KEYS, *PAGES, LOCK)):
            file.unlink(missing_ok=True)
        shutil.rmtree(_beside(path, PHOTOS), ignore_errors=True)  # without the key they are noise already
        for folder in {vault.parent for vault in vaults}:
            disk.settle_folder(folder)
        wiping_mark(path).unlink(missing_ok=True)


def _overwrite(file: Path) -> None:
    """Put noise where a key was, in place: a new file would leave the old blocks as they are."""
    with file.open("r+b") as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(0)
        handle.write(secrets.token_bytes(size))
        handle.flush()
        os.fsync(handle.fileno())


def _those(vaults: list[Path], endings: tuple[str, ...]) -> Iterator[Path]:
    """The files of these vaults that are there."""
    for path in vaults:
        yield from (file for end in endings if (file := _beside(path, end)).is_file())


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
