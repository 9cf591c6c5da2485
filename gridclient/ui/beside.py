"""The home shown beside a page is the one behind the door at which the page stands."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from PySide6.QtWidgets import QWidget

from gridclient.records import Household
from gridclient.ui.workspace import Workspace


class _Stands(Protocol):
    def meet(self, dwelling: str) -> bool: ...


def door_of(workspace: Workspace, where: Mapping[str, Any]) -> str:
    """The door of the home that was asked for; empty for one that is already shown, or not there."""
    home = workspace.replica.get(Household, where.get("household") or where.get("id") or "")
    told = where.get("dwelling") or (home.dwelling if home else "")
    return "" if where.get("follow") else str(told)


def meet(page: QWidget, dwelling: str) -> bool:
    """Let a page with doors stand at this one, so that what is pressed there is meant for what is shown; False when it cannot."""
    return cast(_Stands, page).meet(dwelling)


def hand_over(widget: QWidget, where: Mapping[str, Any]) -> None:
    """Tell a page what to show, unless that is left to it."""
    opened = getattr(widget, "open", None)
    if where and callable(opened):
        opened(**where)
