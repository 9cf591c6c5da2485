"""The last window of a withdrawn laptop: what happened to its data, and whom to ask."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.parts import button, label

GONE = "这台电脑已被停用，本机数据已经清除"
LEFT = "这台电脑已被停用，本机数据还没有清除干净"
TOLD = "没有上传过的修改都已交给中心，由社区内勤处理，没有丢失。"
NEXT = "请联系社区内勤。要继续使用这台电脑，请内勤重新给您开通，再新建数据文件并登录。"


class WipedWindow(QDialog):
    """Says it plainly; Enter or Esc ends the program. ``more`` is a further sentence, ``whole`` that nothing is left."""

    def __init__(self, more: str = "", parent: QWidget | None = None, *, whole: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("wiped")
        self.setWindowTitle("网格员工作台")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(24), style.px(20), style.px(24), style.px(18))
        layout.setSpacing(style.px(12))
        layout.addWidget(label(GONE if whole else LEFT, "heading", wrap=True))
        for sentence in filter(None, (TOLD, more, NEXT)):
            layout.addWidget(label(sentence, wrap=True))
        end = button("知道了  Enter", self.accept, role="primary")
        layout.addSpacing(style.px(4))
        layout.addWidget(end, 0, Qt.AlignmentFlag.AlignRight)
        end.setDefault(True)
        end.setFocus()
        width = style.px(560)
        self.setFixedSize(width, layout.heightForWidth(width))
