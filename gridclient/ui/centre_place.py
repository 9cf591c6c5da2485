"""The place of the centre households: the overview, and beside it the records of the party's drawer."""

from PySide6.QtWidgets import QWidget

from gridclient.ui.centre_households import CentresPage
from gridclient.ui.drawer_place import DrawerPlace
from gridclient.ui.workspace import Workspace


class CentrePlace(DrawerPlace[CentresPage]):
    """1+N 一览 shows who keeps in touch with whom; 登记资料 holds the records of the party's drawer."""

    def __init__(self, workspace: Workspace, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(workspace, "中心户", "1+N 一览", CentresPage(workspace), kinds, parent)
        self.setObjectName("centre_place")
