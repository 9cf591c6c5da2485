"""党员中心户 (F6): the homes where a stairwell meets, whom each keeps in touch with, and who is reached by nobody."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid
from sqlalchemy import select
from sqlmodel import col

from gridclient.records import CentreActivity, Household, Pairing, PartyCentreHousehold, PartyOrg
from gridclient.records.party import CentreState
from gridclient.rules.doors import natural
from gridclient.rules.figures import Figure, uncovered
from gridclient.store.doorways import alive
from gridclient.ui import style
from gridclient.ui.blank import OrWords
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import button, containing, frame, label, line, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

SHORT = 500  # households up to which the page is read at once


class CentresPage(QWidget):
    """List, card and 1+N list. ``read`` after everything was read anew.

    Enter on a centre household edits it, on a household of the 1+N opens that home; Ctrl+N adds one to the list.
    """

    read = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("centres_page")
        style.role(self, "page")
        self.figures = label(role="hint")
        self.filter = line("姓名、编号或党小组", says="筛选中心户", name="filter")
        self.filter.setMinimumWidth(style.px(160))
        self.alone = QCheckBox("只看没有联系户的")
        self.list = RowsView(("编号", "户主（党员）", "党小组", "1+N", "状态"), (7, 6, 8, 4, 4), people=(1,))
        self.card, self.facts = label(role="heading", wrap=True), label(role="hint", wrap=True)
        self.paired = RowsView(("联系户", "频次", "开始", "联系人"), (14, 5, 7, 6), people=(0, 3))
        self._or_words = OrWords(self.paired)
        self.missed = RowsView(("没有人联系的户",), (20,), people=(0,))
        for rows, name in (
            (self.list, "党员中心户"),
            (self.paired, "1+N 联系户"),
            (self.missed, "没有人联系的户"),
        ):
            rows.setAccessibleName(name)
        self._centres: list[PartyCentreHousehold] = []
        self._groups: dict[str, str] = {}
        self._pairings: dict[str, list[Pairing]] = {}
        self._homes: dict[str, str] = {}
        self._reading = self._overtaken = False
        self._wanted = ""
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)

    def open(self, *, id: str = "", **_where: Any) -> None:
        """Show the page, at one centre household if one is named."""
        self._wanted = id
        self.reload()

    def reload(self) -> None:
        """Read centre households, pairings and the homes they reach; those of a big community arrive a moment later."""
        if self._reading:
            self._overtaken = True
        elif self.workspace.replica.count(Household) <= SHORT:
            self._show_read(_read(self.workspace.replica))
        else:
            self._reading = True
            self.workspace.start(self._read_beside())

    async def _read_beside(self) -> None:
        try:
            self._overtaken = True
            while self._overtaken:
                self._overtaken = False
                found = await self.workspace.run(_read, self.workspace.replica)
        finally:
            self._reading = False
        if isValid(self):
            self._show_read(found)

    def _show_read(self, found: "_Reading") -> None:
        self._centres, self._groups, self._pairings = found.centres, found.groups, found.pairings
        self._homes = found.homes
        self.missed.show_rows([Told((self._homes.get(id_, ""),), about=id_) for id_ in found.missed.ids])
        self._show_list()
        self._show_figures(found.missed)
        wanted, self._wanted = self._wanted, ""
        row = next((r for r, told in enumerate(self.list.rows.told) if told.about.id == wanted), -1)
        if row >= 0:
            self.list.selectRow(row)
        self.read.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Read when the page is seen."""
        super().showEvent(event)
        self.reload()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.figures, 1)
        head.addWidget(self.alone)
        head.addWidget(self.filter)
        head.addWidget(self.list.out.button())
        head.addWidget(button("新增中心户", self._add_centre, role="primary", icon="add"))
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.addWidget(self.card)
        inside.addWidget(self.facts)
        acts = QHBoxLayout()
        acts.addWidget(label("1+N 联系户", "strong"), 1)
        acts.addWidget(button("加联系户  Ctrl+N", self._add_pairing))
        inside.addLayout(acts)
        inside.addWidget(self._or_words, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(card)
        right.addWidget(self.missed)
        right.setStretchFactor(0, 3)
        right.setStretchFactor(1, 2)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.list)
        both.addWidget(right)
        both.setStretchFactor(0, 1)
        both.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(8), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(both, 1)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._show_list)
        self.filter.returnPressed.connect(self.list.setFocus)
        self.alone.toggled.connect(self._show_list)
        self.list.selectionModel().currentRowChanged.connect(self._show_card)
        self.list.opened.connect(lambda c: self._open("party_centre_household", c.id))
        self.paired.opened.connect(lambda p: self.workspace.open_place("household", household=p.household))
        self.missed.opened.connect(lambda id_: self.workspace.open_place("household", household=id_))
        self.workspace.changed.connect(self._on_changed)
        shortcut("Ctrl+N", self, self._add_pairing)
        shortcut("Ctrl+F", self, self.filter.setFocus)
        self.list.out.heed(self.filter)
        self.list.out.narrowed = self._narrowed
        self.paired.out.narrowed = self.card.text

    def _on_changed(self, _news: object) -> None:
        if self.isVisible():
            self.reload()

    def _show_list(self) -> None:
        words = self.filter.text().strip()
        shown = [
            c for c in self._centres if words in f"{c.number} {c.head_name} {self._groups.get(c.group, '')}"
        ]
        if self.alone.isChecked():
            shown = [c for c in shown if not self._pairings.get(c.id)]
        self.list.show_rows([self._row(centre) for centre in shown])
        self._show_card()

    def _narrowed(self) -> str:
        alone = self.alone.text() if self.alone.isChecked() else ""
        return "；".join(filter(None, (alone, containing(self.filter))))

    def _row(self, centre: PartyCentreHousehold) -> Told:
        count = len(self._pairings.get(centre.id, []))
        state = CentreState.words(centre.state)
        tone = "" if centre.state == CentreState.ACTIVE and count else "warn"
        said = 4 if count else 3
        reached = f"{count} 户" if count else "! 无"
        texts = (centre.number, centre.head_name, self._groups.get(centre.group, ""), reached, state)
        return Told(texts, tone, centre, toned=said)

    def _show_card(self, *_rows: object) -> None:
        centre: PartyCentreHousehold | None = self.list.chosen
        self.card.setText(f"★ {centre.number} {centre.head_name}" if centre else "还没有党员中心户")
        self.facts.setText(self._facts(centre) if centre else "按“新增中心户”登记第一户。")
        found = self._pairings.get(centre.id, []) if centre else []
        self.paired.show_rows([self._paired(pairing) for pairing in found])
        if found:
            self._or_words.show_view()
        else:
            self._or_words.show_words(
                "还没有联系户", "按 Ctrl+N 加一户；下面是还没有人联系的户。" if centre else ""
            )

    def _facts(self, centre: PartyCentreHousehold) -> str:
        held = self.workspace.replica.count(CentreActivity, CentreActivity.centre == centre.id)
        phone = centre.spec.field("phone").masked(centre.phone)
        parts = (
            self._groups.get(centre.group, ""),
            f"负责人 {centre.leader}" if centre.leader else "",
            f"电话 {phone}" if centre.phone else "",
            f"家庭党员 {centre.members} 人" if centre.members is not None else "",
            f"联系党员 {centre.member_contacts} 人" if centre.member_contacts is not None else "",
            f"挂牌 {centre.plate_number}" if centre.plate_number else "",
            f"活动 {held} 次",
        )
        return "　".join(part for part in parts if part)

    def _paired(self, pairing: Pairing) -> Told:
        words = {
            name: pairing.spec.field(name).text(getattr(pairing, name)) for name in ("frequency", "since")
        }
        texts = (self._homes.get(pairing.household, ""), words["frequency"], words["since"], pairing.contact)
        return Told(texts, about=pairing, values={2: pairing.since or ""})

    def _show_figures(self, missed: Figure) -> None:
        active = sum(c.state == CentreState.ACTIVE for c in self._centres)
        share = 1 - (missed.share or 0)
        self.figures.setText(
            f"正常 {active} 户　已联系 {(missed.of or 0) - missed.count} 户（{share:.0%}）　还没人联系 {missed.count} 户"
        )

    def _open(self, kind: str, id_: str) -> None:
        self.workspace.open_place("records", kind=kind, id=id_)

    def _add_centre(self) -> None:
        self.workspace.open_place("records", kind="party_centre_household", new=True)

    def _add_pairing(self) -> None:
        centre = self.list.chosen
        if centre is not None:
            self.workspace.open_place("records", kind="pairing", new=True, centre=centre.id)


def by_centre(pairings: Sequence[Pairing]) -> dict[str, list[Pairing]]:
    """The 1+N lines of each centre household."""
    found: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in pairings:
        found[pairing.centre].append(pairing)
    return dict(found)


@dataclass(frozen=True)
class _Reading:
    """What the page shows, read in one go."""

    centres: list[PartyCentreHousehold]
    groups: dict[str, str]
    pairings: dict[str, list[Pairing]]
    missed: Figure
    homes: dict[str, str]


def _read(replica: Replica) -> _Reading:
    pairings = by_centre(replica.all(Pairing, col(Pairing.until).is_(None)))
    missed = unreached(replica)
    wanted = [pairing.household for found in pairings.values() for pairing in found] + list(missed.ids)
    return _Reading(
        sorted(replica.all(PartyCentreHousehold), key=lambda centre: natural(centre.number)),
        {org.id: org.name for org in replica.all(PartyOrg)},
        pairings,
        missed,
        lines_of(replica, "household", list(dict.fromkeys(wanted))),
    )


def unreached(replica: Replica) -> Figure:
    """Households in nobody's 1+N; centre households reach themselves."""
    paired = [p.household for p in replica.all(Pairing) if p.until is None]
    centres = [c.household for c in replica.all(PartyCentreHousehold) if c.state == CentreState.ACTIVE]
    every = replica.rows(select(col(Household.id)).where(alive(Household)).order_by(col(Household.id)))
    return uncovered((id_ for (id_,) in every), [*paired, *centres])
