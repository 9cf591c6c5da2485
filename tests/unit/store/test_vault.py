import os
from pathlib import Path
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import text

from gridclient.errors import NoSpace, Unfit, VaultBusy, VaultDamaged, WrongPassphrase
from gridclient.store.vault import LIGHT, Vault
from sync.errors import LocalFault

WORDS = "梧桐树下 88"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed vault with five hundred lines of known text in it."""
    path = tmp_path / "grid.vault"
    vault = Vault.create(path, WORDS, LIGHT)
    with vault.engine.begin() as link:
        link.execute(text("CREATE TABLE paper (line TEXT)"))
        link.execute(text("INSERT INTO paper VALUES (:line)"), [{"line": "门牌" * 100}] * 500)
    vault.close()
    return path


def lines(vault: Vault) -> int:
    with vault.engine.connect() as link:
        return len(link.execute(text("SELECT line FROM paper")).fetchall())


def opened_lines(path: Path, words: str = WORDS) -> int:
    vault = Vault.open(path, words)
    try:
        return lines(vault)
    finally:
        vault.close()


def change_byte(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_what_was_stored_is_there_after_opening_again(path: Path) -> None:
    assert opened_lines(path) == 500


def test_the_file_shows_nothing_of_its_content(path: Path) -> None:
    content = path.read_bytes()
    assert not content.startswith(b"SQLite")
    assert "门牌".encode() not in content


def test_the_write_ahead_log_shows_nothing_either(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    with vault.engine.begin() as link:
        link.execute(text("INSERT INTO paper VALUES ('柳溪院落的一行')"))
    log = path.with_name(path.name + "-wal").read_bytes()
    vault.close()
    assert log
    assert "柳溪".encode() not in log


def test_closing_leaves_one_file_with_everything(path: Path) -> None:
    assert not path.with_name(path.name + "-wal").exists()


def test_a_wrong_passphrase_is_told_from_damage(path: Path) -> None:
    with pytest.raises(WrongPassphrase) as caught:
        Vault.open(path, "梧桐树下 89")
    assert caught.value.title == "口令不对"
    assert caught.value.advice


def test_a_passphrase_typed_in_full_width_is_the_same(path: Path) -> None:
    assert opened_lines(path, "梧桐树下　８８") == 500  # noqa: RUF001


def test_a_wrong_passphrase_does_not_keep_the_vault_locked(path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        Vault.open(path, "something else")
    assert opened_lines(path) == 500


def test_a_missing_key_file_has_its_own_sentence(path: Path) -> None:
    path.with_name(path.name + ".key").unlink()
    with pytest.raises(VaultDamaged, match="找不到密钥文件"):
        Vault.open(path, WORDS)


@pytest.mark.parametrize(
    "content", [b"{}", b"no json", b'{"version": 1', b"\xff\xfe", b'{"version":1,"argon2id":3}']
)
def test_an_unreadable_key_file_has_its_own_sentence(path: Path, content: bytes) -> None:
    path.with_name(path.name + ".key").write_bytes(content)
    with pytest.raises(VaultDamaged, match="密钥文件已损坏"):
        Vault.open(path, WORDS)


def test_lowering_the_cost_in_the_key_file_does_not_open_it(path: Path) -> None:
    key = path.with_name(path.name + ".key")
    key.write_text(key.read_text().replace('"memory_kib": 64', '"memory_kib": 32'))
    with pytest.raises(WrongPassphrase):
        Vault.open(path, WORDS)


def test_a_missing_file_is_not_created_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(VaultDamaged, match="找不到数据文件"):
        Vault.open(tmp_path / "none.vault", WORDS)
    assert list(tmp_path.iterdir()) == []


def test_an_emptied_file_has_its_own_sentence(path: Path) -> None:
    path.write_bytes(b"")
    with pytest.raises(VaultDamaged, match="是空的"):
        Vault.open(path, WORDS)


def test_a_truncated_file_has_its_own_sentence(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 8192 * 4096])
    with pytest.raises(VaultDamaged, match="不完整"):
        Vault.open(path, WORDS)


def test_a_file_of_something_else_has_its_own_sentence(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" * 2000)
    with pytest.raises(VaultDamaged, match="打不开"):
        Vault.open(path, WORDS)


def test_one_changed_byte_is_noticed_where_it_is_read(path: Path) -> None:
    change_byte(path, 50_000)
    vault = Vault.open(path, WORDS)
    try:
        assert vault.check()
        with pytest.raises(VaultDamaged, match="损坏") as caught:
            lines(vault)
        assert isinstance(caught.value, LocalFault)  # a round of sync stops at it like at a full disk
    finally:
        vault.close()


def test_a_whole_vault_checks_clean(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    assert vault.check() == []
    vault.close()


def test_a_second_opener_in_this_program_is_refused(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    with pytest.raises(VaultBusy):
        Vault.open(path, WORDS)
    vault.close()
    assert opened_lines(path) == 500


def test_a_second_program_is_refused_until_the_first_ends(path: Path) -> None:
    code = f"from gridclient.store.vault import Vault; vault = Vault.open({str(path)!r}, {WORDS!r}); print('open', flush=True); input()"
    first = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(VaultBusy):
            Vault.open(path, WORDS)
    finally:
        first.kill()
        first.communicate()
    assert opened_lines(path) == 500


def test_nothing_is_created_over_a_vault(path: Path) -> None:
    with pytest.raises(Unfit):
        Vault.create(path, "another one", LIGHT)
    assert opened_lines(path) == 500


def test_a_lost_file_is_not_replaced_while_its_key_is_there(path: Path) -> None:
    path.rename(path.with_name("moved away"))
    with pytest.raises(Unfit):
        Vault.create(path, WORDS, LIGHT)


def test_a_creation_cut_short_can_be_done_again(path: Path) -> None:
    path.rename(path.with_name(path.name + ".part"))
    Vault.create(path, "第二次 的口令", LIGHT).close()

    again = Vault.open(path, "第二次 的口令")
    assert again.check() == []
    again.close()


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Unfit):
        Vault.create(tmp_path / "grid.vault", "12345", LIGHT)
    assert list(tmp_path.iterdir()) == []


def test_a_new_passphrase_keeps_the_data_and_ends_the_old_one(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    vault.change_passphrase(WORDS, "新的口令 2026", LIGHT)
    vault.close()
    assert opened_lines(path, "新的口令 2026") == 500
    with pytest.raises(WrongPassphrase):
        Vault.open(path, WORDS)
    assert not path.with_name(path.name + ".key.before").exists()


def test_a_change_with_the_wrong_old_passphrase_changes_nothing(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    before = path.with_name(path.name + ".key").read_bytes()
    with pytest.raises(WrongPassphrase):
        vault.change_passphrase("not this", "新的口令 2026", LIGHT)
    vault.close()
    assert path.with_name(path.name + ".key").read_bytes() == before


def test_the_former_key_file_opens_when_the_new_one_got_lost(path: Path) -> None:
    key = path.with_name(path.name + ".key")
    key.rename(path.with_name(path.name + ".key.before"))
    assert opened_lines(path) == 500


def test_a_copy_taken_while_in_use_opens_with_the_same_passphrase(path: Path, tmp_path: Path) -> None:
    vault = Vault.open(path, WORDS)
    with vault.engine.begin() as link:
        link.execute(text("INSERT INTO paper VALUES ('one more')"))
    target = tmp_path / "usb" / "copy.vault"
    vault.copy_to(target)
    vault.close()
    assert opened_lines(target) == 501
    assert sorted(p.name for p in target.parent.iterdir()) == [
        "copy.vault",
        "copy.vault.key",
        "copy.vault.lock",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_the_key_file_is_for_its_owner_only(path: Path) -> None:
    assert path.with_name(path.name + ".key").stat().st_mode & 0o777 == 0o600


def test_a_full_database_says_so_and_keeps_what_was_stored(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    with vault.engine.connect() as link:
        link.exec_driver_sql("PRAGMA max_page_count=1")  # SQLite then stops at the present size
        with pytest.raises(NoSpace, match="磁盘满了") as caught:
            link.execute(text("INSERT INTO paper VALUES (:line)"), [{"line": "x" * 9000}] * 50)
        link.rollback()
    assert isinstance(caught.value, LocalFault)
    assert lines(vault) == 500
    vault.close()


def test_a_full_disk_says_so_and_keeps_what_was_stored(path: Path) -> None:
    code = f"""
        import resource
        from sqlalchemy import text
        from gridclient.errors import NoSpace
        from gridclient.store.vault import Vault
        vault = Vault.open({str(path)!r}, {WORDS!r})
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        try:
            with vault.engine.begin() as link:
                link.execute(text("INSERT INTO paper VALUES (:line)"), [{{"line": "x" * 9000}}] * 500)
        except NoSpace as error:
            print(error.title)
        try:
            vault.copy_to({str(path.with_name("copy.vault"))!r})
        except NoSpace as error:
            print(error.title)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["磁盘写不进去了"] * 2
    assert not path.with_name("copy.vault").exists()
    assert opened_lines(path) == 500


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(NoSpace):
        Vault.create(folder / "grid.vault", WORDS, LIGHT)


def test_errors_and_reprs_hold_no_passphrase_and_no_value(path: Path) -> None:
    vault = Vault.open(path, WORDS)
    with pytest.raises(Exception) as caught, vault.engine.connect() as link:
        link.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "王建国"})
    vault.close()
    assert "王建国" not in str(caught.value)
    assert WORDS not in repr(vault)
