"""A wiped vault can be opened by nobody, wherever the wiping was cut short."""

from datetime import datetime
import os
from pathlib import Path

import pytest

from gridclient.errors import GridError, NoSpace
from gridclient.store import backup, wipe
from gridclient.store.drafts import Drafts
from gridclient.store.vault import LIGHT, Vault

WORDS = "a passphrase"
NOW = datetime(2026, 11, 22, 18, 0)


class Killed(BaseException):
    """The process ends here."""


def filled(folder: Path) -> tuple[Path, bytes]:
    """A closed vault with a backup and the remains of an unfinished change of passphrase; its key file's content."""
    path = folder / "grid.vault"
    vault = Vault.create(path, WORDS, LIGHT)
    Drafts(vault.engine).keep("visit", "v1", {"note": "half typed"}, NOW)
    backup.back_up(vault, NOW)
    key = path.with_name("grid.vault.key").read_bytes()
    path.with_name("grid.vault.key.before").write_bytes(key)
    path.with_name("grid.vault.part").write_bytes(b"an unfinished copy")
    vault.close()
    return path, key


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_nothing_of_a_wiped_vault_is_left(tmp_path: Path) -> None:
    path, _key = filled(tmp_path)

    wipe.wipe(Vault.open(path, WORDS))

    assert left(tmp_path) == []
    assert not wipe.begun(path)


def test_another_vault_beside_it_stays(tmp_path: Path) -> None:
    path, _key = filled(tmp_path)
    other = Vault.create(tmp_path / "grid.vault2", WORDS, LIGHT)
    backup.back_up(other, NOW)
    other.close()
    kept = [name for name in left(tmp_path) if name.startswith("grid.vault2")]

    wipe.wipe(Vault.open(path, WORDS))

    assert set(kept) <= set(left(tmp_path))
    Vault.open(tmp_path / "grid.vault2", WORDS).close()


def test_a_key_is_overwritten_where_it_lies_and_not_only_unlinked(tmp_path: Path) -> None:
    path, key = filled(tmp_path)
    links = []
    for file in [p for p in tmp_path.rglob("*.key*") if p.is_file()]:
        links.append(tmp_path / f"link-{len(links)}")
        os.link(file, links[-1])

    wipe.wipe(Vault.open(path, WORDS))

    assert len(links) == 3
    assert all(len(link.read_bytes()) == len(key) for link in links)
    assert not any(key[:40] in link.read_bytes() for link in links)


@pytest.mark.parametrize("after", range(14))
def test_wiping_cut_anywhere_is_finished_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    path, _key = filled(tmp_path)
    vault = Vault.open(path, WORDS)
    steps = 0
    unlink, overwrite = Path.unlink, wipe._overwrite

    def count() -> None:
        nonlocal steps
        steps += 1
        if steps > after:
            raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(Path, "unlink", lambda file, missing_ok=False: (count(), unlink(file, missing_ok)))
        cut.setattr(wipe, "_overwrite", lambda file: (count(), overwrite(file)))
        try:
            wipe.wipe(vault)
        except Killed:
            assert wipe.begun(path)
    if after > 2:  # the keys are gone before any page is
        with pytest.raises(GridError):
            Vault.open(path, WORDS)
    path.with_name("grid.vault.lock").unlink(missing_ok=True)

    wipe.finish(path)

    assert left(tmp_path) == []


def test_a_disk_that_cannot_be_written_keeps_the_vault_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _key = filled(tmp_path)
    vault = Vault.open(path, WORDS)

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(wipe.disk, "write_whole", full)
        with pytest.raises(NoSpace):
            wipe.wipe(vault)
    vault.close()

    Vault.open(path, WORDS).close()
