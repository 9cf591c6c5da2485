"""Files on their way in: read, matched and rehearsed, looked at again when somebody settled something, written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Event

from gridclient.errors import Unfit
from gridclient.exchange import mapping
from gridclient.exchange.book import Book
from gridclient.exchange.columns import slot_of
from gridclient.exchange.forms import FORMS, Form
from gridclient.exchange.mapping import Matched, Word, matched, recalled
from gridclient.exchange.moved import Terms
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal, rehearse
from gridclient.exchange.writing import Report, commit
from gridclient.ui.import_counts import counts_words, report_words
from gridclient.ui.rows import Told
from gridclient.ui.saying import Cancelled
from sync.replica import Replica

UNFINISHED = "没有核对完。请重新选择这个文件。"
UNDONE = "这次导入已经撤回。要再导入，改好以后重新选这个文件。"
EMPTY = "这张表认得，里面还没有填内容。填好、存盘，再选一次。"
QUICK = 3000  # rows rehearsed in about half a second
LIKELY = 2  # heads of a form a sheet must have for the form to be proposed
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Seen:
    """What looking at a file gave: its ``sheets`` as they are read, and what was ``found`` or the ``problem`` with it."""

    book: Book = field(repr=False)
    terms: Terms
    sheets: list[Matched] = field(repr=False)
    found: Rehearsal | None = field(default=None, repr=False)
    problem: str = ""


@dataclass(eq=False)
class ImportFile:
    """One chosen file, the ``terms`` a person settled about it, and what was ``found``; ``report`` once written.

    It is ``undone`` once what was written has been taken back.
    ``problem`` is the sentence that says why it cannot be imported. While it ``waits`` what was found may be out of date.
    """

    path: Path
    book: Book | None = field(default=None, repr=False)
    terms: Terms = field(default_factory=Terms)
    sheets: list[Matched] = field(default_factory=list, repr=False)
    found: Rehearsal | None = field(default=None, repr=False)
    report: Report | None = None
    undone: bool = False
    problem: str = ""
    waits: bool = True

    @property
    def quick(self) -> bool:
        """True when it is looked at again before one notices: a bar that comes and goes would only make the page jump."""
        return self.book is not None and sum(len(table.rows) for table in self.book.tables) <= QUICK

    @property
    def ready(self) -> bool:
        """True when there is something to write, or to ask about first, that has not been written."""
        return bool(
            self.found and (self.found.batch or self.open_moves) and self.report is None and not self.waits
        )

    @property
    def written(self) -> Report | None:
        """What importing it has done, as long as that was not taken back."""
        return None if self.undone else self.report

    @property
    def strange(self) -> bool:
        """True when a person has to say what it is before anything can be read."""
        return self.found is None and bool(self.sheets) and not any(sheet.usable for sheet in self.sheets)

    @property
    def lacking(self) -> list[Matched]:
        """The sheets that look like a form and lack what it cannot be without."""
        return [sheet for sheet in self.sheets if sheet.form and sheet.lacking]

    @property
    def matchable(self) -> bool:
        """True when a person may say how it is read: it is one table or several, not everything a laptop holds."""
        return self.strange or any(sheet.usable for sheet in self.sheets)

    @property
    def words(self) -> dict[Word, str | None]:
        """The words no list has, each once however many sheets it stands in → what it was said to stand for in all."""
        met: dict[tuple[str, str], list[Word]] = {}
        for word in self.found.words if self.found else ():
            met.setdefault((word.slot, word.word), []).append(word)
        return {
            replace(same[0], count=sum(one.count for one in same)): _only(
                {_code(self.terms, one) for one in same}
            )
            for same in met.values()
        }

    @property
    def open_words(self) -> int:
        """How many of these nobody has settled."""
        return sum(code is None for code in self.words.values())

    @property
    def empty(self) -> bool:
        """True when it is a form that nobody has filled in yet."""
        found = self.found
        return found is not None and not found.batch and not found.counts.rows_read and not self.terms.skipped

    @property
    def open_moves(self) -> int:
        """How many people are kept in another household and not answered for."""
        moves = self.found.moves if self.found and self.report is None else []
        return sum(self.terms.answer(move.id) is None for move in moves)

    @property
    def state(self) -> tuple[str, str]:
        """Its tone and its state in a word or two."""
        if self.waits:
            return "quiet", "… 正在核对" if self.found else "… 等待核对"
        if self.strange:
            return "warn", "! 先对应"
        if self.found is None:
            return ("warn", "! 没核对完") if self.problem == UNFINISHED else ("bad", "✕ 不能导入")
        if self.undone:
            return "quiet", "– 已撤回"
        if self.report is not None:
            return ("warn", "! 写了一部分") if self.report.stopped else ("good", "✓ 已导入")
        if self.open_moves:
            return "warn", "! 等您选"
        if self.empty:
            return "quiet", "– 空表"
        if not self.found.batch:
            return ("quiet", "✓ 本机已有") if self.found.counts.importable else ("bad", "✕ 不能导入")
        wrong = self.found.counts.rows_with_errors
        return ("warn", "! 部分可导入") if wrong else ("good", "✓ 可以导入")

    @property
    def told(self) -> str:
        """One sentence about it: why it is turned down, or what stands in it."""
        if self.found is None:
            return self.problem or "正在读取和核对…"
        if self.undone:
            return UNDONE
        return EMPTY if self.empty else counts_words(self.found)

    def same_words(self, word: Word) -> list[Word]:
        """A word as it stands in each of the sheets."""
        found = self.found.words if self.found else []
        return [one for one in found if (one.slot, one.word) == (word.slot, word.word)]

    def settle(self, terms: Terms) -> None:
        """Keep what a person settled; sheets are read accordingly at once, what was found has to be looked at again."""
        before = self.terms.mappings
        changed = {digest for digest, one in terms.mappings.items() if before.get(digest) != one}
        self.sheets = [_matched(one, terms) if one.digest in changed else one for one in self.sheets]
        self.terms, self.problem, self.report, self.undone, self.waits = terms, "", None, False, True

    def take(self, seen: Seen) -> None:
        """Keep what looking at it gave."""
        self.book, self.terms, self.sheets = seen.book, seen.terms, seen.sheets
        self.found, self.problem, self.waits = seen.found, seen.problem, False

    def turn_down(self, problem: str) -> None:
        """It cannot be imported, for a reason."""
        self.found, self.problem, self.waits = None, problem, False


def examine(
    file: ImportFile,
    replica: Replica,
    stop: Event,
    *,
    progress: Progress | None = None,
    home: str,
    who: str,
    today: date,
) -> Seen:
    """Look at a file as it is settled; Cancelled at the next step once ``stop`` is set, UnreadableFile in words."""

    def tell(done: int, total: int, text: str) -> None:
        if stop.is_set():
            raise Cancelled
        if progress is not None:
            progress(done, total, text)

    book, terms = file.book, file.terms
    if book is None:
        tell(0, 0, f"正在读 {file.path.name}")
        book = read(file.path)
        terms = replace(terms, mappings=guessed(book, recalled(book, replica)))
    tell(0, 0, f"正在核对 {file.path.name}")
    sheets = matched(book, terms.mappings)
    try:
        found = rehearse(replica, book, home=home, who=who, today=today, terms=terms, progress=tell)
    except Unfit as error:
        return Seen(book, terms, sheets, problem=lacking_words(sheets) or f"{error.title}。{error.advice}")
    return Seen(book, terms, sheets, found)


def write_files(
    files: Sequence[ImportFile], replica: Replica, *, progress: Progress, home: str, who: str, today: date
) -> None:
    """Write what can be written, one file after the other, and keep the report with each.

    Every file but the first is rehearsed again: what an earlier one has brought is not new any more. A file that comes
    to ask about somebody by that is left unwritten, and so is what follows one that was stopped.
    """
    written = False
    for file in files:
        if not file.ready or file.book is None or file.found is None:
            continue
        if written:
            file.found = rehearse(
                replica,
                file.book,
                home=home,
                who=who,
                today=today,
                terms=file.terms,
                progress=progress,
            )
        if file.found.batch and not file.open_moves:
            file.report = commit(replica, file.found, progress)
            written = True
            if file.report.stopped:
                return


def guessed(book: Book, mappings: Mapping[str, mapping.Mapping]) -> dict[str, mapping.Mapping]:
    """The mappings, and for every sheet that is no form yet, and no list of words, the form it is likest to begin with.

    Nothing is imported by that: a form of which nothing is lacking would have been known without it.
    """
    sheets = matched(book, mappings)
    alone = not any(sheet.usable for sheet in sheets)
    likest = {sheet.digest: form for sheet in sheets if (form := _likest(sheet, alone=alone))}
    return {**mappings, **{digest: mapping.Mapping(form.name) for digest, form in likest.items()}}


def lacking_words(sheets: Sequence[Matched]) -> str:
    """What keeps the sheets from being read; empty when it is not a column that is lacking."""
    lacking = [sheet for sheet in sheets if sheet.form and sheet.lacking]
    told = "；".join(f"{sheet.table.name or '这张表'}里没认出{'、'.join(sheet.lacking)}" for sheet in lacking)
    return f"{told}。请到“对应”里指出是哪一列（Alt+2）。" if told else ""


def file_row(file: ImportFile) -> Told:
    """One file as a row: its state, its name, its form and a sentence."""
    tone, state = file.state
    told = report_words([file.written]) if file.written else file.told
    return Told((state, file.path.name, file.found.title if file.found else "", told), tone, file)


def _only(codes: set[str | None]) -> str | None:
    return codes.pop() if len(codes) == 1 else None


def _code(terms: Terms, word: Word) -> str | None:
    settled = terms.mappings.get(word.digest)
    return settled.words.get(word.slot, {}).get(word.word) if settled else None


def _matched(sheet: Matched, terms: Terms) -> Matched:
    """A sheet alone as it is read now: a matter of milliseconds, whatever else is in the book."""
    return matched(Book(sheet.table.name, (sheet.table,)), terms.mappings)[0]


def _likest(sheet: Matched, *, alone: bool) -> Form | None:
    """The form that knows most heads of a sheet; beside sheets that can be read, one whose core it has a part of."""
    if sheet.form is not None or sheet.head is None or sheet.unwanted:
        return None
    heads = [column.head for column in sheet.head.columns]
    slots = {form.name: {slot for head in heads if (slot := slot_of(head, form.heads))} for form in FORMS}
    likely = [form for form in FORMS if alone or form.core & slots[form.name]]
    form = max(likely, key=lambda one: _likeness(one, slots[one.name]), default=None)
    return form if form is not None and len(slots[form.name]) >= LIKELY else None


def _likeness(form: Form, slots: set[str]) -> tuple[int, int]:
    return len(slots), -len(form.core - slots)
