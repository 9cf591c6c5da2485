"""Dated copies of a vault beside it: before an upgrade alters the file, and whenever a person asks."""

from datetime import datetime
from pathlib import Path
import re

from gridclient.errors import Unfit
from gridclient.store.vault import Vault

KEPT = 5
FOLDER = "backup"
DATED = re.compile(r".+-\d{8}-\d{6}(-\d+)?\.vault")


def back_up(vault: Vault, at: datetime, folder: Path | None = None, keep: int = KEPT) -> Path:
    """Copy the vault into ``folder`` under the time's name and let go of all but the last ``keep``; the copy's path.

    Nothing older is removed before the new copy is whole. NoSpace when it does not fit.
    """
    folder = folder or vault.path.parent / FOLDER
    target = _free(folder / f"{vault.path.stem}-{at:%Y%m%d-%H%M%S}.vault")
    vault.copy_to(target)
    for old in copies(vault.path, folder)[max(1, keep) :]:
        for path in old.parent.glob(old.name + "*"):
            path.unlink(missing_ok=True)
    return target


def copies(path: Path, folder: Path | None = None) -> list[Path]:
    """The dated copies of the vault at ``path``, newest first."""
    folder = folder or path.parent / FOLDER
    found = [p for p in folder.glob(f"{path.stem}-*.vault") if DATED.fullmatch(p.name)]
    return sorted(found, key=lambda p: p.name, reverse=True)


def restore(copy: Path, path: Path, passphrase: str) -> None:
    """Put a copy at ``path``, where no vault may be any more; WrongPassphrase or VaultDamaged when it does not open."""
    if path.exists():
        raise Unfit("这里已经有一个数据文件", "请先把它移到别处，再恢复备份。")
    vault = Vault.open(copy, passphrase)
    try:
        vault.copy_to(path)
    finally:
        vault.close()


def _free(target: Path) -> Path:
    """The name itself, or the next one not taken: two copies within a second are two copies."""
    n, free = 1, target
    while free.exists():
        n += 1
        free = target.with_name(f"{target.stem}-{n}.vault")
    return free
