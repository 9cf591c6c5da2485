"""What others wrote, or a centre says, is shown as text: nothing in it is taken for a command."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
import pytest

from gridclient.ui.parts import label

ODD = "<h1>张三</h1><img src='//192.0.2.1/share/x.png'><a href='file:///'>点这里</a>"


pytestmark = pytest.mark.usefixtures("dressed")


def test_what_looks_like_html_in_a_name_or_a_message_is_shown_as_it_was_written(qapp: QApplication) -> None:
    for made in (label(ODD), label("", "title"), QLabel(ODD)):
        made.sizeHint()  # a layout asks before anything is shown, and would read what is named
        made.setText(ODD)

        assert made.textFormat() is Qt.TextFormat.PlainText
        assert made.text() == ODD


@pytest.mark.qt_log_ignore("This plugin does not support raise")
def test_what_looks_like_html_in_a_tip_is_shown_as_it_was_written(qapp: QApplication) -> None:
    QToolTip.showText(QPoint(5, 5), ODD)
    tips = [one for one in qapp.topLevelWidgets() if one.inherits("QTipLabel")]

    shown = [(tip.textFormat(), tip.text()) for tip in tips if isinstance(tip, QLabel)]
    QToolTip.hideText()
    for tip in tips:
        tip.close()

    assert shown == [(Qt.TextFormat.PlainText, ODD)]
