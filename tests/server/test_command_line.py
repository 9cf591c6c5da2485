"""Whoever runs the centre does it with a handful of commands, and every mistake is told in words."""

from collections.abc import Iterator
from contextlib import contextmanager
import json
import os
from pathlib import Path
import signal
import stat
import subprocess
import sys

import pytest
from typer.testing import CliRunner, Result

from sync.errors import Revoked
from sync.protocol import Verdict
from sync.remote import RemoteHub
from sync.server.__main__ import READY, app
from tests.server.centre import COMMUNITY, PASSWORD, SECRET, ask, made, sign_in
from tests.server.postgres import Cluster


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GRIDHUB_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "centre" / "hub.db"
    monkeypatch.setenv("GRIDHUB_DATABASE", str(file))
    return file


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDHUB_PASSWORD", PASSWORD)


@pytest.fixture
def running(database: Path, password: None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A centre started as people start it; the address it said, and its process."""
    with started() as centre:
        yield centre


@contextmanager
def started(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    added = run("account", "add", "wang", "--role", "grid_worker", "--areas", COMMUNITY, *options)
    assert added.exit_code == 0, added.output
    command = [sys.executable, "-m", "sync.server", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(READY), process.stderr.read() if process.stderr else ""
            yield line.removeprefix(READY).strip(), process
        finally:
            process.kill()


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, words, input=typed, catch_exceptions=False)


def test_one_command_starts_a_centre_that_says_where_it_is(
    running: tuple[str, subprocess.Popen[str]], database: Path
) -> None:
    address, process = running
    with RemoteHub(address) as remote:
        token = sign_in(remote, "wang").token
        assert ask(remote, token, made(1)).receipts[0].verdict is Verdict.APPLIED

    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")
    assert sorted(file.name for file in database.parent.iterdir()) == ["hub.db", "hub.db.secret"]


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgresql://", "postgresql+psycopg://"])
def test_a_centre_starts_on_postgresql_and_says_so_when_it_was_restored(
    database: Path, password: None, monkeypatch: pytest.MonkeyPatch, cluster: Cluster, scheme: str
) -> None:
    monkeypatch.setenv("GRIDHUB_SECRET", SECRET)
    with cluster.database() as url:
        at = ("--database", url.replace("postgresql://", scheme))
        with started(*at) as (address, process), RemoteHub(address) as remote:
            token = sign_in(remote, "wang").token
            before = ask(remote, token, made(1))
            told = run("new-epoch", "--yes", *at)
            after = ask(remote, token, epoch=before.epoch)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)

    assert before.receipts[0].verdict is Verdict.APPLIED
    assert (told.exit_code, after.epoch != before.epoch, after.streams) == (0, True, [])
    assert (process.returncode, out, err) == (0, "", "")


def test_a_first_start_makes_a_secret_that_nobody_else_reads(database: Path) -> None:
    assert run("account", "list").exit_code == 0

    modes = [stat.S_IMODE(file.stat().st_mode) for file in (database, database.with_name("hub.db.secret"))]
    assert modes == [0o600, 0o600]
    assert run("account", "list").exit_code == 0


@pytest.mark.parametrize("secret", ["", "secret", "changeme" * 8, "x" * 64, "gridhub-" + SECRET, SECRET[:31]])
def test_a_secret_that_can_be_guessed_is_refused(
    database: Path, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("GRIDHUB_SECRET", secret)

    told = run("serve", "--port", "0")

    assert told.exit_code == 1
    assert "密钥太弱" in told.stderr
    assert not database.exists()


def test_a_database_is_not_opened_with_another_secret(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("account", "list")
    monkeypatch.setenv("GRIDHUB_SECRET", SECRET)

    told = run("account", "list")

    assert told.exit_code == 1
    assert "密钥与数据库不符" in told.stderr


def test_a_missing_secret_is_not_replaced_by_a_new_one(database: Path) -> None:
    run("account", "list")
    database.with_name("hub.db.secret").unlink()

    told = run("account", "list")

    assert told.exit_code == 1
    assert "密钥文件不见了" in told.stderr


def test_an_account_is_made_listed_moved_reset_and_shut(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n", encoding="utf-8")

    told = [
        run(
            "account",
            "add",
            "wang",
            "--role",
            "grid_worker",
            "--areas",
            COMMUNITY,
            "--password-file",
            str(file),
        ),
        run("account", "assign", "wang", "--areas", "510001001002,510001001003"),
        run("account", "reset", "wang", typed="xin-mi-ma-1\nxin-mi-ma-1\n"),
        run("account", "disable", "wang"),
    ]

    assert [one.exit_code for one in told] == [0, 0, 0, 0], [one.output for one in told]
    assert json.loads(run("account", "list", "--json").stdout) == [
        {
            "name": "wang",
            "display_name": "wang",
            "role": "grid_worker",
            "areas": ["510001001002", "510001001003"],
            "disabled": True,
        }
    ]
    assert "网格员" in run("account", "list").stdout


MISTAKES = {
    "account add wang --role clerk": "已经存在",
    "account add 王 --role clerk": "不合规",
    "account add li --role clerk --areas 网格": "区域代码",
    "account reset nobody": "没有账号",
    "account disable nobody": "没有账号",
    "device revoke nothing": "没有这台电脑",
    "backup /proc/none/backup.db": "备份没有完成",
    "restore none.db --yes": "没有这个备份",
    "account list --database nonsense://x": "没有设置密钥",
    "account list --database /proc/none/hub.db": "密钥文件无法读写",
    "backup x.db --database postgresql://host/hub": "只有 SQLite",
    "serve --certificate x.pem": "一起给出",
    "serve --host 203.0.113.1": "无法监听",
}


def test_a_mistake_is_told_in_words(database: Path, password: None) -> None:
    run("account", "add", "wang", "--role", "clerk")

    for typed, said in MISTAKES.items():
        told = run(*typed.split())

        assert told.exit_code == 1, typed
        assert said in told.stderr, typed
        assert "Traceback" not in told.output


def test_a_short_password_is_refused(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDHUB_PASSWORD", "short")

    assert "密码太短" in run("account", "add", "wang", "--role", "clerk").stderr


def test_a_lost_laptop_is_found_in_the_list_and_shut_out(
    running: tuple[str, subprocess.Popen[str]], password: None
) -> None:
    with RemoteHub(running[0]) as remote:
        token = sign_in(remote, "wang").token
        (laptop,) = json.loads(run("device", "list", "--json").stdout)
        assert run("device", "revoke", laptop["id"]).exit_code == 0

        with pytest.raises(Revoked):
            ask(remote, token)

    assert laptop["name"] == "网格一号电脑"
    assert "已停用" in run("device", "list", "--account", "wang").stdout


def test_a_laptop_shut_out_since_the_backup_stays_shut_out(
    running: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    with RemoteHub(running[0]) as remote:
        token = sign_in(remote, "wang").token
        run("backup", str(tmp_path / "copy.db"))
        (laptop,) = json.loads(run("device", "list", "--json").stdout)
        run("device", "revoke", laptop["id"])
        run("account", "disable", "wang")

        assert run("restore", str(tmp_path / "copy.db"), "--yes").exit_code == 0

        with pytest.raises(Revoked):
            ask(remote, token)
    assert [one["disabled"] for one in json.loads(run("account", "list", "--json").stdout)] == [True]


def test_a_file_that_is_no_backup_replaces_nothing(database: Path, password: None, tmp_path: Path) -> None:
    run("account", "add", "wang", "--role", "clerk")
    (tmp_path / "cut.db").write_bytes(database.read_bytes()[:5000])
    (tmp_path / "text.db").write_text("台账\n" * 1000, encoding="utf-8")

    told = [run("restore", str(tmp_path / name), "--yes") for name in ("cut.db", "text.db")]

    assert [one.exit_code for one in told] == [1, 1]
    assert [one["name"] for one in json.loads(run("account", "list", "--json").stdout)] == ["wang"]


def test_a_backup_of_a_running_centre_is_put_back_while_it_runs(
    running: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    with RemoteHub(running[0]) as remote:
        token = sign_in(remote, "wang").token
        first = ask(remote, token, made(1))
        assert "已备份 1 条" in run("backup", str(copy)).stdout
        ask(remote, token, made(2))
        told = run("restore", str(copy), "--yes")

        after = ask(remote, token, made(3), epoch=first.epoch)

    assert told.exit_code == 0, told.stderr
    assert after.epoch != first.epoch
    assert (after.acked, after.streams) == (1, [])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
