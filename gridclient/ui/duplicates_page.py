"""查重: residents who may stand in the register twice, compared field by field; a person says whether they are one."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.records import Resident, TwoPeople
from gridclient.rules.completeness import blank
from gridclient.store.merging import OWN, relation_of
from gridclient.store.pairs import Suspects, suspects
from gridclient.ui import style
from gridclient.ui.likes import SURE, merge
from gridclient.ui.lines import line_of
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

HINT = "每行两个人，越像一个人越靠前。同名、双胞胎、全家共用一个电话都很平常，是不是同一人由您定。"
KEYS = "Tab 到下表　空格 改用另一条的　X 换一条留下　Ctrl+Enter 并成一条　N 不是同一人　O 打开"


class DuplicatesPage(PastPage):
    """Pairs above, the marked one field by field beneath; Ctrl+Enter makes one of two, N tells them apart for good."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        rows = RowsView(("有多像", "这一位", "另一位", "为什么"), (6, 12, 12, 14), people=(1, 2))
        super().__init__(workspace, "查重", rows, parent)
        self.setObjectName("duplicates_page")
        rows.setAccessibleName("可能重复的人")
        self.fields = RowsView(("栏目", "留下这一条", "另一条", "并成"), (8, 12, 12, 12))
        self.fields.setAccessibleName("两条记录对照")
        self.fields.out.whole = lambda: self._revealed
        self.fields.setMinimumHeight(style.px(180))
        self._lay_out()
        self._swapped, self._taking, self._revealed = False, set[str](), False
        self.rows.selectionModel().currentRowChanged.connect(self._on_marked)
        self.rows.opened.connect(lambda _pair: self.fields.setFocus())
        self.fields.opened.connect(lambda _field: self.take())
        for keys, act in (("N", self.tell_apart), ("X", self.swap), ("O", self.open_one)):
            for view in (self.rows, self.fields):
                shortcut(keys, view, act, alone=True)
        shortcut("Space", self.fields, self.take, alone=True)
        shortcut("Ctrl+Return", self, self.merge)
        shortcut("F12", self, self.show_numbers)

    @property
    def two(self) -> tuple[Resident, Resident] | None:
        """Who is kept and who would go over into him; None when nobody is marked, or one is not here any more."""
        marked: Suspects | None = self.rows.chosen
        if marked is None:
            return None
        ids = (marked.pair.one, marked.pair.other)
        one, other = (self.workspace.replica.get(Resident, id_) for id_ in ids)
        if one is None or other is None:
            return None
        fuller = _known(one) >= _known(other)
        return (one, other) if fuller != self._swapped else (other, one)

    def read(self) -> list[Told]:
        return [_told(found) for found in suspects(self.workspace.replica)]

    def show_told(self, told: list[Told]) -> None:
        self.rows.show_rows(told)
        self.hint.setText(f"{HINT}　共 {len(told)} 对" if told else HINT)
        for act in (self.turn, self.numbers, self.other, self.same):
            act.setEnabled(bool(told))
        for below in (self.fields, self.keys):
            below.setVisible(bool(told))
        if told:
            self.body.show_view()
            self._show_two()
        else:
            self.body.show_words("没有像是重复的人", "导入或登记以后可以再来看。")

    def swap(self) -> None:
        """Keep the other of the two."""
        self._swapped = not self._swapped
        self._taking.clear()
        self._show_two()

    def take(self) -> None:
        """Let the other one's answer count in the marked field, or not any more."""
        field: Field | None = self.fields.chosen
        if field is not None and field.name not in OWN and not field.many:
            self._taking ^= {field.name}
            self._show_two()

    def show_numbers(self) -> None:
        """Show document and telephone numbers whole, or star them out again; looking is noted in the trail."""
        self._revealed = not self._revealed
        if self._revealed:
            self.workspace.note_seen("resident", "id_number")
        self._show_two()

    def merge(self) -> None:
        """Make one of the two, in one step that Ctrl+Z takes back."""
        if (two := self.two) is None:
            return
        try:
            merge(self.workspace, *two, self._taking)
        except Unfit as error:
            self.workspace.say(error.title, error.advice, Tone.WARN)

    def tell_apart(self) -> None:
        """Keep both, and never ask again."""
        if (two := self.two) is None:
            return
        one, other = two
        today, who = self.workspace.today, self.workspace.desk.who
        self.workspace.save(
            TwoPeople(one=one.id, other=other.id, found_by=who, found_on=today, area=one.area)
        )
        self.workspace.say(
            "记下了：不是同一人", "以后不再提示，同事的电脑上也不再提示。按 Ctrl+Z 撤回。", Tone.GOOD
        )

    def open_one(self) -> None:
        """Look at the one who would be kept."""
        if (two := self.two) is not None:
            self.workspace.open_place("records", kind="resident", id=two[0].id)

    def _lay_out(self) -> None:
        self.turn, self.numbers = button("换一条留下 X", self.swap), button("显示号码 F12", self.show_numbers)
        self.other = button("不是同一人 N", self.tell_apart)
        self.same = button("并成一条 Ctrl+Enter", self.merge, role="primary")
        for left in (self.turn, self.numbers):
            self.head.addWidget(left)
        self.head.addStretch(1)
        for right in (self.other, self.same):
            self.head.addWidget(right)
        self.keys = label(KEYS, "hint", wrap=True)
        self.foot.addWidget(self.fields, 1)
        self.foot.addWidget(self.keys)
        self.setTabOrder(self.rows, self.fields)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)  # noqa: S101 - what PastPage lays out
        whole.setStretchFactor(self.body, 2)
        whole.setStretchFactor(self.foot, 3)

    def _on_marked(self) -> None:
        self._swapped = False
        self._taking.clear()
        self._show_two()

    def _show_two(self) -> None:
        two = self.two
        self.fields.show_rows([] if two is None else [self._row(field, *two) for field in _fields(*two)])

    def _row(self, field: Field, kept: Resident, other: Resident) -> Told:
        mine, his = self._words(field, kept), self._words(field, other)
        theirs = field.name in self._taking or (field.name not in OWN and blank(getattr(kept, field.name)))
        theirs |= field.name == "relation" and relation_of(kept, other) != kept.relation
        both = field.many and mine and his and mine != his
        become = "两边都留" if both else his if theirs and his else mine
        differs = mine != his and bool(mine) and bool(his)
        return Told((f"{'≠ ' * differs}{field.label}", mine, his, become), "warn" if differs else "", field)

    def _words(self, field: Field, person: Resident) -> str:
        value = getattr(person, field.name)
        if blank(value):
            return ""
        if field.to:
            return line_of(self.workspace.replica, field.to, value)
        return field.masked(value) if field.private and not self._revealed else field.text(value)


def _fields(kept: Resident, other: Resident) -> list[Field]:
    """The fields of which one of the two says anything, those in which they differ first."""
    told = [f for f in Resident.spec.fields if not f.hidden]
    said = [f for f in told if not (blank(getattr(kept, f.name)) and blank(getattr(other, f.name)))]
    return sorted(said, key=lambda f: getattr(kept, f.name) == getattr(other, f.name))


def _known(person: Resident) -> int:
    return sum(not blank(getattr(person, field.name)) for field in Resident.spec.fields)


def _told(found: Suspects) -> Told:
    sure = found.pair.score >= SURE
    how = f"{'⚠ 很像' if sure else '可能'} {found.pair.score} 分"
    who = [" ".join(part) for part in zip(found.names, found.places, strict=True)]
    return Told((how, *who, found.pair.why), "warn" if sure else "info", found)
