"""Commands about people and laptops: accounts, devices, and the list of what the office did."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from sync.server.accounts import Accounts
from sync.server.audit import acts
from sync.server.console.options import (
    AsJson,
    Database,
    PasswordFile,
    actor,
    millis,
    moment,
    opened,
    password,
    say,
    told,
)
from sync.server.rights import Role

account = typer.Typer(no_args_is_help=True, help="账号：谁可以登录，负责哪些网格。")
device = typer.Typer(no_args_is_help=True, help="电脑：哪些电脑登录过，停用丢失的电脑。")
audit = typer.Typer(no_args_is_help=True, help="审计：管理上做过的每一件事。")

Name = Annotated[str, typer.Argument(help="账号名。", show_default=False)]
RoleOf = Annotated[
    Role, typer.Option(help="grid_worker 网格员，clerk 内勤，subdistrict 街道，admin 管理员。")
]


@account.command("add")
def account_add(
    name: Name,
    role: RoleOf,
    areas: Annotated[str, typer.Option(help="区域代码，用逗号隔开；每个代码包含它下面的全部网格。")] = "",
    display_name: Annotated[str, typer.Option(help="显示的姓名。")] = "",
    password_file: PasswordFile = None,
    database: Database = "",
) -> None:
    """新建账号。密码从 --password-file 或环境变量 GRIDHUB_PASSWORD 读取，否则当场输入。"""
    with told():
        word = password(password_file)
    with _accounts(database) as accounts:
        accounts.create(name, password=word, role=role, areas=areas.split(","), display_name=display_name)
    typer.echo(f"已新建账号 {name}（{role.label}）")


@account.command("list")
def account_list(database: Database = "", as_json: AsJson = False) -> None:
    """列出全部账号。"""
    with _accounts(database) as accounts:
        found = accounts.all()
    lines = [
        (one.name, one.display_name, one.role.label, ",".join(one.areas) or "-", _state(off=one.disabled))
        for one in found
    ]
    say(found, lines, as_json=as_json)


@account.command("assign")
def account_assign(
    name: Name,
    areas: Annotated[str, typer.Option(help="区域代码，用逗号隔开；代替原来的。")],
    database: Database = "",
) -> None:
    """改变账号负责的区域。"""
    with _accounts(database) as accounts:
        accounts.assign(name, areas.split(","))
    typer.echo(f"账号 {name} 负责的区域已改变")


@account.command("role")
def account_role(name: Name, role: RoleOf, database: Database = "") -> None:
    """改变账号的角色。"""
    with _accounts(database) as accounts:
        accounts.change_role(name, role)
    typer.echo(f"账号 {name} 现在是{role.label}")


@account.command("reset")
def account_reset(name: Name, password_file: PasswordFile = None, database: Database = "") -> None:
    """重设密码；停用的账号仍然停用。"""
    with told():
        word = password(password_file)
    with _accounts(database) as accounts:
        accounts.reset(name, password=word)
    typer.echo(f"账号 {name} 的密码已重设")


@account.command("disable")
def account_disable(name: Name, database: Database = "") -> None:
    """停用账号：不能登录，它的电脑也不能再同步。"""
    with _accounts(database) as accounts:
        accounts.disable(name)
    typer.echo(f"账号 {name} 已停用")


@account.command("enable")
def account_enable(name: Name, database: Database = "") -> None:
    """恢复停用的账号；它的电脑可以继续同步，已停用的电脑除外。"""
    with _accounts(database) as accounts:
        accounts.enable(name)
    typer.echo(f"账号 {name} 已恢复")


@device.command("list")
def device_list(
    owner: Annotated[str, typer.Option("--account", help="只列出这个账号的电脑。")] = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """列出登录过的电脑。"""
    with _accounts(database) as accounts:
        found = accounts.devices(owner)
    lines = [(one.id, one.account, one.name, moment(one.seen_at), _state(off=one.revoked)) for one in found]
    say(found, lines, as_json=as_json)


@device.command("revoke")
def device_revoke(
    number: Annotated[str, typer.Argument(help="电脑的编号，见 device list。")], database: Database = ""
) -> None:
    """停用一台丢失或不再使用的电脑。"""
    with _accounts(database) as accounts:
        accounts.revoke(number)
    typer.echo(f"电脑 {number} 已停用")


@audit.command("list")
def audit_list(
    since: Annotated[str, typer.Option(help="从哪一天起，例 2026-11-22。")] = "",
    act: Annotated[str, typer.Option(help="只看哪一类，例 account、device、quarantine、sign-in。")] = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """列出做过的事，先做的在前。"""
    with opened(database) as hub:
        found = acts(hub.engine, since=millis(since) if since else 0, kind=act)
    say(found, [(moment(a.at), a.actor, a.act, a.subject, a.detail) for a in found], as_json=as_json)


@contextmanager
def _accounts(database: str) -> Iterator[Accounts]:
    with opened(database) as hub:
        yield hub.accounts(actor())


def _state(*, off: bool) -> str:
    return "已停用" if off else "正常"
