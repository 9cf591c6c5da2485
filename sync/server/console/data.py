"""Commands about the data as a whole: backup, restore, a new epoch, views for those who query."""

from pathlib import Path
from typing import Annotated

import typer

from sync.errors import Refused
from sync.server.backup import back_up, found, restore
from sync.server.console.options import AsJson, Database, Yes, actor, opened, say, settings_of, told
from sync.server.database import secret_check
from sync.server.views import declared_in, drop, refresh, shipped


def backup_command(
    file: Annotated[Path, typer.Argument(help="备份写到哪个文件。")], database: Database = ""
) -> None:
    """备份中心的全部数据（照片除外）；中心可以照常运行。"""
    with told():
        here = settings_of(database).file
        if here is not None and not here.is_file():
            raise Refused("没有这个数据库", f"请检查路径：{here}")
    with opened(database) as hub:
        count = back_up(hub.engine, file, actor=actor())
    typer.echo(f"已备份 {count} 条记录到 {file}")


def restore_command(
    file: Annotated[Path, typer.Argument(help="备份文件。")], database: Database = "", yes: Yes = False
) -> None:
    """用备份代替现在的数据；各台电脑会把备份之后的修改再传一次。"""
    with told(), found(file) as backup:
        settings = settings_of(database)
        # Asked before anything is made: a centre begun with another secret could not be opened with the right one.
        if secret_check(settings.known_secret()) != backup.header.secret_check:
            raise Refused(
                "密钥与备份不符",
                "请先放回备份时的密钥文件，或设置当时的 GRIDHUB_SECRET；没有它，密码都无法核对。",
            )
        if not yes:
            typer.confirm(f"用 {file} 代替 {settings.place} 的全部数据？", abort=True)
        with opened(database) as hub:
            keep_in = settings.file.parent if settings.file else file.absolute().parent
            kept = restore(hub.engine, backup, keep_in=keep_in, actor=actor())
    typer.echo(f"已恢复 {backup.records} 条记录" + (f"，原来的数据保存在 {kept}" if kept else ""))


def new_epoch(database: Database = "", yes: Yes = False) -> None:
    """用 pg_restore 等办法恢复数据库之后执行：各台电脑会把缺少的修改再传一次。"""
    with opened(database) as hub:
        if not yes:
            typer.confirm("各台电脑会重新核对全部数据，确实恢复过数据库吗？", abort=True)
        hub.begin_epoch(actor())
    typer.echo("已开始新的纪元")


def views_command(
    declarations: Annotated[
        Path | None, typer.Option(help="字段类型的声明（JSON）；默认用程序自带的。", show_default=False)
    ] = None,
    dropped: Annotated[bool, typer.Option("--drop", help="删除这些视图。")] = False,
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """为每一种记录建立或更新一个 SQL 视图，供直接查询数据库的人使用。"""
    with opened(database) as hub:
        if dropped:
            typer.echo(f"已删除 {drop(hub.engine, actor=actor())} 个视图")
            return
        declared = declared_in(declarations) if declarations else shipped()
        made = refresh(hub.engine, declared, actor=actor())
    say(made, [(view.name, f"{len(view.columns)} 列") for view in made], as_json=as_json)
