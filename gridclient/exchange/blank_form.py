"""Empty forms to be filled in Excel or WPS: the heads that are read again, lists to choose from, numbers kept as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from gridclient.blanks import Field
from gridclient.exchange.forms import FORMS, SILENT, Form
from gridclient.fields import RECORDS

OFFERED = (
    "people",
    "dwellings",
    "buildings",
    "visits",
    "centres",
    "stewards",
    "grid_workers",
    "appeals",
    "disputes",
)
ROWS = 1000  # rows with lists to choose from; a form is meant for that many
TEXT = ("id_number", "phone", "phones")  # Excel would round them
PLACE = ("grid", "estate", "building", "dwelling.unit", "dwelling.door", "household.number")
OF_HOMES = ("people", "dwellings", "visits", "centres", "appeals")  # forms about somebody behind a door
PLAIN = frozenset(
    [
        "community",
        "address",
        "remark",
        "sort_of_home",
        "household_titles",
        "five_good",
        "peaceful",
        "stay",
        "head_id",
        "present",
        "document",
        "building.units",
        "building.floors",
        "dwelling.floor",
        "household.head_name",
        "paired_count",
        "owning_unit",
        "unit_phone",
    ]
)
NOTE = "带 * 的必须填；有下拉的请从下拉里选；身份证号、电话按文本填；一行一条，不要合并单元格，不要改表头。"


@dataclass(frozen=True)
class Blank:
    """One column: its slot, its head, whether it must be filled, and the field it fills when it is one."""

    slot: str
    head: str
    starred: bool
    field: Field | None = None

    @property
    def answers(self) -> list[str]:
        """The words to choose from; none for free text."""
        if self.field is not None and self.field.kind == "flag":
            return ["是", "否"]
        choose = self.field is not None and self.field.kind == "choice"
        return [offer.label for offer in self.field.offers] if choose and self.field else []


def offered() -> list[Form]:
    """The forms there are empty ones of, in the order they are offered."""
    return [form for name in OFFERED for form in FORMS if form.name == name]


def columns(form: Form) -> list[Blank]:
    """Where it is, what must be told, then what a list shows, in the order of the form."""
    heads: dict[str, str] = {}
    for head, slot in form.heads.items():
        if slot and not slot.startswith(("!", SILENT)):
            heads.setdefault(slot, head)
    where = [slot for slot in PLACE if slot in heads and _asked_where(form, slot)]
    told = [slot for slot in heads if slot not in (*PLACE, *PLAIN) and _worth(form, slot)]
    return [_blank(form, slot, heads[slot]) for slot in (*where, *told)]


def workbook(form: Form) -> bytes:
    """An empty form as xlsx."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": form.title})
    tab, lists = book.add_worksheet(form.title), book.add_worksheet("选项")
    lists.hide()
    asked = columns(form)
    _write_heads(book, tab, form.title, asked)
    plain, text = book.add_format({"border": 0}), book.add_format({"num_format": "@"})
    for at, one in enumerate(asked):
        kept = one.field is None or one.field.kind in TEXT or one.slot in form.core
        tab.set_column(at, at, _width(one), text if kept else plain)
        if answers := one.answers:
            lists.write_column(0, at, answers)
            letters = xlsxwriter.utility.xl_col_to_name(at)
            source = f"=选项!${letters}$1:${letters}${len(answers)}"
            tab.data_validation(3, at, 2 + ROWS, at, _choice(one, source))
    book.close()
    return buffer.getvalue()


def _asked_where(form: Form, slot: str) -> bool:
    return form.name in OF_HOMES or slot in ("grid", "building")


def _worth(form: Form, slot: str) -> bool:
    """True for what the form cannot be without, what a list shows or counts, and what only this form knows."""
    field = _field(slot)
    if field is None:
        return "." not in slot
    return slot in form.core or slot in form.needs or field.required or field.listed or field.wanted


def _blank(form: Form, slot: str, head: str) -> Blank:
    field = _field(slot)
    needed = slot in form.needs or slot in form.core
    door = form.name in OF_HOMES and form.name != "appeals" and slot in ("building", "dwelling.door")
    return Blank(slot, field.label if field and _is_own(form, field, slot) else head, needed or door, field)


def _is_own(form: Form, field: Field, slot: str) -> bool:
    """True when the label of the field is read as this slot by the form."""
    return form.heads.get(field.label) == slot


def _field(slot: str) -> Field | None:
    kind, _dot, name = slot.partition(".")
    return RECORDS[kind].by_name.get(name) if kind in RECORDS else None


def _write_heads(book: Any, tab: Any, title: str, asked: Sequence[Blank]) -> None:
    tab.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    tab.write_string(1, 0, NOTE, book.add_format({"font_color": "#555555"}))
    look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
    usual, must = book.add_format(look), book.add_format(look | {"bg_color": "#FFF2CC"})
    for at, one in enumerate(asked):
        tab.write_string(2, at, f"{one.head}{'*' * one.starred}", must if one.starred else usual)
    tab.freeze_panes(3, 0)
    tab.set_landscape()
    tab.set_paper(9)  # A4
    tab.fit_to_pages(1, 0)
    tab.repeat_rows(0, 2)


def _choice(one: Blank, source: str) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": source,
        "error_title": "请从下拉里选",
        "error_message": f"{one.head}只能填下拉里有的。",
    }


def _width(one: Blank) -> float:
    """In characters of Excel: the head, and what usually stands beneath it."""
    kind = one.field.kind if one.field else ""
    usual = {"id_number": 20, "phone": 14, "phones": 14, "note": 30, "day": 12, "name": 10}.get(kind, 10)
    return float(max(usual, 2 * len(one.head) + 3))
