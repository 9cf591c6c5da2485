"""Where this laptop keeps things, and where the program's own files are.

``GRIDCLIENT_HOME`` names one folder for everything: a portable copy, a second user, a test.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
import os
from pathlib import Path

import platformdirs

NAME = "gridclient"
HOME = "GRIDCLIENT_HOME"


def data_folder() -> Path:
    """Vaults and backups."""
    return _folder("data", platformdirs.user_data_path)


def config_folder() -> Path:
    """Settings."""
    return _folder("config", platformdirs.user_config_path)


def log_folder() -> Path:
    """What the program tells about its own faults; never a personal value."""
    return _folder("log", platformdirs.user_log_path)


def settings_file() -> Path:
    return config_folder() / "settings.json"


def vault_file() -> Path:
    """The usual vault, when the settings name no other."""
    return data_folder() / "grid.vault"


def wiping_mark(vault: Path) -> Path:
    """The file beside a vault that says that it is being destroyed."""
    return vault.with_name(vault.name + ".wiping")


def resource(name: str) -> Traversable:
    """One of the program's own files, as in ``resource("icons/home.svg")``; it may lie inside an archive."""
    return files("resources").joinpath(*name.split("/"))


def resource_path(name: str) -> AbstractContextManager[Path]:
    """The same as a real file for as long as the block runs."""
    return as_file(resource(name))


def _folder(name: str, usual: Callable[..., Path]) -> Path:
    home = os.environ.get(HOME)
    if home:
        return Path(home) / name
    return usual(NAME, appauthor=False)
