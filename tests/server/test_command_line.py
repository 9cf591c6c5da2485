"""Whoever runs the centre does it with a handful of commands, and every mistake is told in words."""

from collections.abc import Iterator
import json
from pathlib import Path
import signal
import stat
import subprocess

import pytest

from sync.clock import wall_millis
from sync.errors import Revoked
from sync.protocol import HandIn, Verdict
from sync.remote import RemoteHub
from tests.server.centre import COMMUNITY, PASSWORD, SECRET, ask, made, sign_in
from tests.server.console import run, started
from tests.server.postgres import Cluster


@pytest.fixture
def running(database: Path, password: None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A centre started as people start it; the address it said, and its process."""
    with started() as centre:
        yield centre


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
    assert sorted(file.name for file in database.parent.iterdir()) == ["hub.db", "hub.db.secret", "photos"]


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
        run("account", "role", "wang", "--role", "clerk"),
    ]
    shut = json.loads(run("account", "list", "--json").stdout)
    told.append(run("account", "enable", "wang"))

    assert [one.exit_code for one in told] == [0] * 6, [one.output for one in told]
    assert shut == [
        {
            "name": "wang",
            "display_name": "wang",
            "role": "clerk",
            "areas": ["510001001002", "510001001003"],
            "disabled": True,
        }
    ]
    assert run("account", "list").stdout.split("\t")[2:] == ["内勤", "510001001002,510001001003", "正常\n"]


def test_what_the_office_did_is_listed_for_people_and_for_programs(database: Path, password: None) -> None:
    run("account", "add", "wang", "--role", "clerk")
    run("account", "disable", "wang")
    run("views")

    told = json.loads(run("audit", "list", "--json").stdout)

    assert [one["act"] for one in told] == ["account.create", "account.disable", "views.refresh"]
    assert all(one["actor"].startswith("console/") and one["at"] for one in told)
    assert run("audit", "list", "--act", "account").stdout.count("\n") == 2
    assert run("audit", "list", "--since", "2999-01-01").stdout == ""
    assert "account.create" in run("audit", "list", "--since", "2026-01-01").stdout


def test_what_a_lost_laptop_handed_in_is_looked_at_accepted_and_thrown_away(
    running: tuple[str, subprocess.Popen[str]], password: None
) -> None:
    with RemoteHub(running[0]) as remote:
        token = sign_in(remote, "wang").token
        (laptop,) = json.loads(run("device", "list", "--json").stdout)
        run("device", "revoke", laptop["id"])
        foreign = made(2, area="510009")
        remote.hand_in(token, HandIn(origin="laptop-one", now=wall_millis(), changes=[made(1), foreign]))

    listed = run("quarantine", "list").stdout
    shown = run("quarantine", "show", "1")
    accepted = run("quarantine", "accept", "1")
    refused = run("quarantine", "discard", "1", typed="n\n")
    discarded = run("quarantine", "discard", "1", "--yes")

    assert "待处理 2" in listed
    assert "新建\thousehold" in shown.stdout
    assert accepted.exit_code == 1
    assert "已接受 1 条，没有接受 1 条" in accepted.stdout
    assert "没有修改这个网格的权限" in accepted.stdout
    assert (refused.exit_code, discarded.stdout) == (1, "已丢弃 1 条\n")
    assert "待处理 0\t已处理 2" in run("quarantine", "list").stdout


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
    "backup x.gridhub --database postgresql://host/hub": "没有设置密钥",
    "backup x.gridhub --database none.db": "没有这个数据库",
    "quarantine show 7": "没有第 7 份",
    "quarantine accept 7": "没有第 7 份",
    "quarantine discard 7 --yes": "没有第 7 份",
    "account role nobody --role clerk": "没有账号",
    "account enable wang": "没有停用",
    "account reset wang --password-file none": "读不到密码文件",
    "audit list --since 昨天": "日期写法不对",
    "views --declarations none.json": "读不到声明文件",
    "serve --certificate x.pem": "一起给出",
    "serve --certificate x.pem --key x.key": "证书或私钥用不了",
    "serve --workers 2": "SQLite 只能用一个进程",
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
        run("backup", str(tmp_path / "copy.gridhub"))
        (laptop,) = json.loads(run("device", "list", "--json").stdout)
        run("device", "revoke", laptop["id"])
        run("account", "disable", "wang")

        assert run("restore", str(tmp_path / "copy.gridhub"), "--yes").exit_code == 0

        with pytest.raises(Revoked):
            ask(remote, token)
    assert [one["disabled"] for one in json.loads(run("account", "list", "--json").stdout)] == [True]


def test_a_file_that_is_no_backup_replaces_nothing(database: Path, password: None, tmp_path: Path) -> None:
    run("account", "add", "wang", "--role", "clerk")
    (tmp_path / "cut.db").write_bytes(database.read_bytes()[:5000])
    (tmp_path / "text.gridhub").write_text("台账\n" * 1000, encoding="utf-8")
    run("backup", str(tmp_path / "good.gridhub"))
    (tmp_path / "cut.gridhub").write_bytes((tmp_path / "good.gridhub").read_bytes()[:-9])

    told = [
        run("restore", str(tmp_path / name), "--yes") for name in ("cut.db", "text.gridhub", "cut.gridhub")
    ]

    assert [one.exit_code for one in told] == [1, 1, 1]
    assert not any("Traceback" in one.output for one in told)
    assert [one["name"] for one in json.loads(run("account", "list", "--json").stdout)] == ["wang"]


def test_a_backup_asks_for_the_secret_it_belongs_to_before_anything_is_made(
    database: Path, password: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("account", "add", "wang", "--role", "clerk")
    run("backup", str(tmp_path / "copy.gridhub"))
    elsewhere = tmp_path / "new" / "hub.db"

    told = run("restore", str(tmp_path / "copy.gridhub"), "--yes", "--database", str(elsewhere))

    assert told.exit_code == 1
    assert "密钥与备份不符" in told.stderr
    assert not elsewhere.parent.exists()
    monkeypatch.setenv("GRIDHUB_SECRET", database.with_name("hub.db.secret").read_text("ascii").strip())
    again = run("restore", str(tmp_path / "copy.gridhub"), "--yes", "--database", str(elsewhere))
    assert (again.exit_code, again.stdout) == (0, "已恢复 0 条记录\n")
    listed = run("account", "list", "--json", "--database", str(elsewhere))
    assert [one["name"] for one in json.loads(listed.stdout)] == ["wang"]


def test_a_backup_of_a_running_centre_is_put_back_while_it_runs(
    running: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gridhub"
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
