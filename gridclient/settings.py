"""What one laptop's user may set, declared in the same vocabulary as the records, kept as a small JSON file.

Settings are not synced and hold nothing private: they are read before anybody has typed a passphrase.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass, field as part, replace
import json
import os
from pathlib import Path
from typing import Any

from gridclient.blanks import Choice, Field
from gridclient.errors import NoSpace


class Theme(Choice):
    """Colours of the window."""

    LIGHT = "light", "浅色"
    DARK = "dark", "深色"


class StairOrder(Choice):
    """Which way a stairwell is walked."""

    TOP_DOWN = "down", "自上而下"
    BOTTOM_UP = "up", "自下而上"
    SNAKE = "snake", "蛇形"


@dataclass(frozen=True)
class Settings:
    """One laptop's choices; change one with ``dataclasses.replace`` or :meth:`with_value`."""

    theme: str = Theme.LIGHT.value
    scale: int = 100
    large_print: bool = False
    stair_order: str = StairOrder.TOP_DOWN.value
    unit: str = ""
    printed_by: str = ""
    checked_by: str = ""
    hub: str = ""
    account: str = ""
    device: str = ""
    open_line: bool = False
    vault: str = ""
    lately: str = ""
    lock_minutes: int = 10
    unknown: dict[str, Any] = part(default_factory=dict, repr=False)

    def with_value(self, name: str, value: Any) -> "Settings":
        """A copy with one value changed; ValueError with a sentence when it may not be."""
        if why := BY_NAME[name].check(value):
            raise ValueError(why)
        return replace(self, **{name: value})


FIELDS: tuple[Field, ...] = (
    Field("theme", "choice", "外观", choices="Theme", required=True, section="显示"),
    Field("scale", "count", "界面缩放", unit="%", least=90, most=200, required=True, section="显示"),
    Field("large_print", "flag", "大字", section="显示"),
    Field("stair_order", "choice", "上门顺序", choices="StairOrder", required=True, section="走访"),
    Field("unit", "text", "填报单位", longest=60, section="打印", hint="印在台账左上角"),
    Field("printed_by", "name", "制表人", longest=50, section="打印"),
    Field("checked_by", "name", "审核人", longest=50, section="打印"),
    Field("hub", "text", "中心地址", longest=200, section="同步", hint="由社区内勤提供"),
    Field("account", "text", "账号", longest=50, section="同步"),
    Field("device", "text", "本机名称", longest=50, section="同步", hint="中心据此分辨各台电脑"),
    Field(
        "open_line",
        "flag",
        "允许不加密的连接",
        section="同步",
        hint="密码和居民信息会被路上的人看到；只在单位确认的内部网络里允许",
    ),
    Field("vault", "text", "数据文件", longest=500, hidden=True),
    Field("lately", "text", "最近用过的台账", longest=400, hidden=True),
    Field("lock_minutes", "count", "闲置多久后锁定", unit="分钟", least=1, most=240, section="安全"),
)
BY_NAME = {f.name: f for f in FIELDS}


def load(path: Path) -> Settings:
    """The settings kept at ``path``; what is missing, unreadable or out of bounds falls back to its default."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(told, dict):
        return Settings()
    usual = Settings()
    good = {name: v for name, v in told.items() if name in BY_NAME and _fits(name, v, getattr(usual, name))}
    return replace(usual, **good, unknown={n: v for n, v in told.items() if n not in BY_NAME})


def save(settings: Settings, path: Path) -> None:
    """Keep the settings at ``path``, whole or not at all; NoSpace when the disk does not take them."""
    told = asdict(settings)
    told |= told.pop("unknown")
    part_path = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part_path.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        part_path.replace(path)
    except OSError as error:
        with suppress(OSError):
            part_path.unlink()
        raise NoSpace("设置没有保存", "磁盘已满或不可写。请清理磁盘后再设置一次。") from error


def _fits(name: str, value: Any, usual: Any) -> bool:
    return type(value) is type(usual) and BY_NAME[name].check(value) is None
