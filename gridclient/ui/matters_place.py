"""The place of matters: the list one works by, and beside it the records of its drawer."""

from typing import Any

from PySide6.QtWidgets import QWidget

from gridclient.records import Matter
from gridclient.ui.drawer_place import DrawerPlace
from gridclient.ui.matters import MattersPage
from gridclient.ui.workspace import Workspace


class MattersPlace(DrawerPlace[MattersPage]):
    """办理 shows what is open and how it goes on; 登记资料 holds matters, their steps and care as plain records."""

    def __init__(self, workspace: Workspace, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(workspace, "事项", "办理", MattersPage(workspace), kinds, parent)
        self.setObjectName("matters_place")

    def open(self, *, kind: str = "", whole: bool = False, new: bool = False, **where: Any) -> None:
        """Show a matter where it is worked on; ``whole`` or ``new`` opens its form, other kinds their lists."""
        if kind and (kind != Matter.kind() or whole or new):
            super().open(kind=kind, new=new, **where)
        else:
            super().open(**where)
