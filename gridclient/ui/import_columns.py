"""The columns and the odd words of a sheet as rows of the screen, and what each may be taken for. Pure."""

from collections.abc import Mapping
import re

from gridclient.exchange.cells import written
from gridclient.exchange.columns import Column
from gridclient.exchange.forms import SILENT
from gridclient.exchange.mapping import NOT_READ, Matched, Word, choices_of, field_of, offers
from gridclient.ui.import_problems import covered
from gridclient.ui.rows import Told
from gridclient.values import HAN, masked_id, masked_name

UNREAD = "不读这一列"
EMPTY = "留空"
SAMPLES, SEARCHED = 3, 30  # values shown of a column, rows they are taken from
SPACE = "　"
NUMBER = re.compile(r"\d[\d-]{5,}[\dXx]")  # what may be somebody's number in a column nobody has named yet
LOOKS = {"id_number": re.compile(r"\d{6}[\dXx ]{9,14}"), "name": re.compile(rf"[{HAN}·]{{2,15}}")}
DENIALS = frozenset("不非未无没")
NAMED = re.compile(r"名|称|人$|主$|亲|属")  # heads under which somebody's name may stand


def columns_of(sheet: Matched) -> tuple[Column, ...]:
    """The columns under the head; none where no head was found."""
    return sheet.head.columns if sheet.head else ()


def column_rows(sheet: Matched, *, full: bool) -> list[Told]:
    """Each column: its letter, its head, a few values as masked as the screen is, and what it is read as."""
    words = offers(sheet.form) if sheet.form else {}
    told = []
    for column in columns_of(sheet):
        values = samples(sheet, column)
        shown = SPACE.join(values if full else [masked(column, value) for value in values])
        tone, read = _state(column, words)
        told.append(Told((column.letter, column.head, shown, read), tone, column.index, toned=3))
    return told


def word_row(word: Word, code: str | None) -> Told:
    """One odd word: under which head, as it is written, in how many rows, and what it stands for."""
    words = choices_of(word.slot)
    means = "! 请选" if code is None else f"✓ {words.get(code, EMPTY) if code else EMPTY}"
    tone = "warn" if code is None else "good"
    return Told((word.head, word.word, str(word.count), means), tone, word, toned=3)


def offered(sheet: Matched, column: Column) -> tuple[dict[str, str], str]:
    """Slot → words, what a column may be read as, what is lacking first; and the slot that is likest now."""
    words = offers(sheet.form) if sheet.form else {}
    held = {c.slot: c.letter for c in reversed(columns_of(sheet)) if c.index != column.index}
    lacking = [slot for slot, said in words.items() if said in sheet.lacking]
    told = {slot: f"{words[slot]}（还缺）" for slot in lacking} | {"": UNREAD}
    told |= {
        slot: f"{said}（{held[slot]} 列已是）" if slot in held else said
        for slot, said in words.items()
        if slot not in lacking
    }
    if not column.slot:
        return told, _likely(lacking, samples(sheet, column))
    return told, column.slot if column.slot in words else ""


def answers(word: Word, code: str | None) -> tuple[dict[str, str], str]:
    """Code → words, what an odd word may stand for; and the one that is marked: as settled, or whose words are in it."""
    choices = choices_of(word.slot)
    alike = [(len(said), key) for key, said in choices.items() if _alike(said, word.word)]
    likely = max(alike)[1] if alike and len(word.word) > 1 else ""
    return {"": EMPTY, **choices}, likely if code is None else code


def samples(sheet: Matched, column: Column) -> list[str]:
    """The first values of a column that differ, as they are written."""
    body = sheet.head.body if sheet.head else 0
    rows = sheet.table.rows[body : body + SEARCHED]
    cells = [written(row[column.index]).strip() for row in rows if column.index < len(row)]
    return list(dict.fromkeys(cell for cell in cells if cell))[:SAMPLES]


def row_words(sheet: Matched, row: int) -> str:
    """The first cells of a row, counted from 1, starred out: enough to know it again."""
    cells = sheet.table.rows[row - 1] if row <= len(sheet.table.rows) else []
    read = [
        c
        for c in columns_of(sheet)
        if c.slot and not c.slot.startswith((SILENT, "!")) and c.index < len(cells)
    ]
    texts = [masked(column, text) for column in read if (text := written(cells[column.index]).strip())]
    return SPACE.join(texts[:SAMPLES])


def masked(column: Column, value: str) -> str:
    """A value with its personal part starred out; where nobody knows what it is, by its looks."""
    if column.slot and not column.slot.startswith((SILENT, "!")):
        return covered(column.slot, value)
    bare = NUMBER.sub(lambda found: masked_id(found[0]), value)
    return masked_name(bare) if NAMED.search(column.head) and bare == value else bare


def hides(sheet: Matched) -> bool:
    """True when something among the samples of a sheet is starred out."""
    return any(masked(c, value) != value for c in columns_of(sheet) for value in samples(sheet, c))


def standing(sheet: Matched) -> tuple[str, str]:
    """The tone and the words of how far a sheet is understood."""
    if sheet.unwanted:
        return "quiet", "– 不导入这一页"
    if sheet.form is None:
        return "bad", "! 还不知道是什么表"
    if sheet.lacking:
        return "bad", f"! 还缺 {len(sheet.lacking)} 列"
    unknown = sum(not column.slot for column in columns_of(sheet))
    if unknown:
        return "warn", f"! {unknown} 列没有读"
    return "good", "✓ 每一列都认得"


def lacking(sheet: Matched) -> str:
    """What has to be pointed out before a sheet can be read, in one sentence; empty when nothing has."""
    if sheet.head is None:
        return "这一页没有找到表头，读不了。"
    if sheet.unwanted:
        return ""
    if sheet.form is None:
        return "请先选这是哪种表。"
    if not sheet.lacking:
        return ""
    return f"读“{sheet.form.title}”少不了{'、'.join(sheet.lacking)}：请走到对应的那一列，按 Enter 选。"


def _alike(one: str, other: str) -> bool:
    """True when one is part of the other, and both deny or neither does."""
    return (one in other or other in one) and DENIALS & set(one) == DENIALS & set(other)


def _state(column: Column, words: Mapping[str, str]) -> tuple[str, str]:
    """The tone and the words of what a column is read as; only a column nobody knows has a tone."""
    slot = column.slot
    if not slot:
        return "warn", "! 不认识，没有读"
    if slot == SILENT:
        return "", "不用读"
    if slot == NOT_READ:
        return "", UNREAD
    return "", f"不采集：{slot[1:]}" if slot.startswith("!") else words.get(slot, column.head)


def _likely(slots: list[str], values: list[str]) -> str:
    """The first of the slots whose looks the values have; empty when there is none."""
    if not values:
        return ""
    looks = {slot: LOOKS[field.kind] for slot in slots if (field := field_of(slot)) and field.kind in LOOKS}
    return next((slot for slot, look in looks.items() if all(map(look.fullmatch, values))), "")
