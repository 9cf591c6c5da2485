"""How a centre is set up: from the environment (``GRIDHUB_…``), with a working default for one office."""

import os
from pathlib import Path
import secrets

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sync.errors import Refused

SECRET_LEAST = 32  # characters
VARIETY_LEAST = 10  # different characters
_WELL_KNOWN = (
    "secret",
    "changeme",
    "change-me",
    "password",
    "default",
    "example",
    "gridhub",
    "gridclient",
    "test",
)


class Settings(BaseSettings):
    """What the person who runs a centre may choose.

    ``database`` is a file or an SQLAlchemy URL. ``secret`` keys the stored passwords and tokens; a centre on SQLite
    makes its own beside the database. ``name`` is what laptops show. ``photos`` is a folder or an address of fsspec.
    """

    model_config = SettingsConfigDict(env_prefix="GRIDHUB_")

    database: str = Field(default_factory=lambda: str(user_data_path("gridhub") / "gridhub.db"))
    secret: SecretStr | None = None
    name: str = "网格中心"
    photos: str = ""

    @property
    def url(self) -> str:
        """The database as an SQLAlchemy URL; Refused when it is written wrongly."""
        if "://" not in self.database:
            return f"sqlite:///{Path(self.database).absolute()}"
        try:
            make_url(self.database)
        except ArgumentError as error:
            raise Refused("数据库地址写法不对", "例：/srv/gridhub/gridhub.db 或 postgresql://…") from error
        return self.database

    @property
    def file(self) -> Path | None:
        """The SQLite file, or None for a database server."""
        url = make_url(self.url)
        return Path(url.database) if url.drivername.startswith("sqlite") and url.database else None

    @property
    def photo_store(self) -> str:
        """Where photos are kept: as told, else in a folder beside the database."""
        beside = self.file.parent if self.file is not None else user_data_path("gridhub")
        return self.photos or str(beside / "photos")

    @property
    def place(self) -> str:
        """The database in words for a person, without a password."""
        return str(self.file or make_url(self.url).render_as_string(hide_password=True))

    def known_secret(self) -> str:
        """The secret given or kept, which is not made anew; "" when there is none."""
        beside = None if self.file is None else _beside(self.file)
        if self.secret is None and (beside is None or not beside.exists()):
            return ""
        return self.kept_secret()

    def kept_secret(self) -> str:
        """The secret given, or the one in the file beside the database, made at the first start.

        Refused when it is well known or too short, or when it has gone missing.
        """
        if self.secret is not None:
            return checked(self.secret.get_secret_value())
        if self.file is None:
            # Beside a database server there is no folder that every worker of the centre shares.
            raise Refused("没有设置密钥", "请设置环境变量 GRIDHUB_SECRET，至少 32 个随机字符。")
        return _secret_beside(self.file)


def checked(secret: str) -> str:
    """The same secret; Refused when somebody could guess it."""
    plain = secret.strip().lower()
    weak = len(plain) < SECRET_LEAST or len(set(plain)) < VARIETY_LEAST
    if weak or any(word in plain for word in _WELL_KNOWN):
        raise Refused(
            "密钥太弱，拒绝启动",
            f"请把 GRIDHUB_SECRET 换成至少 {SECRET_LEAST} 个随机字符，或不设置它，由程序自己生成。",
        )
    return secret


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".secret")


def _secret_beside(database: Path) -> str:
    file = _beside(database)
    try:
        if file.exists():
            return checked(file.read_text(encoding="ascii").strip())
        if database.exists():
            raise Refused(
                f"密钥文件不见了：{file.name}", "请从备份恢复它；没有它，密码和登录凭证都无法核对。"
            )
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = secrets.token_urlsafe(48)
        with os.fdopen(
            os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as out:
            out.write(secret + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("密钥文件无法读写", f"请检查文件夹的权限：{file.parent}") from error
    return secret
