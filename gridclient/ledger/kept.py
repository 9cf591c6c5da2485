"""Ledgers an office made its own (我的台账): kept as records, shared as files, and checked before they are believed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from msgspec.structs import replace

from gridclient.errors import NoSpace, Unfit
from gridclient.ledger.template import Template, parse, templates
from gridclient.ledger.written import written
from gridclient.records.ledgers import TEMPLATE_LONGEST, KeptLedger
from sync.replica import Replica

ENDING = ".台账.toml"
PREFIX = "kept_"  # begins the name of a kept ledger; the id of its record follows
HEADINGS = frozenset({"unit_name", "today", "unit", "name"})
LEAST_ROOM = 60.0  # mm of a page, in both directions, to write on
MOST_MARGIN = 100.0  # mm
MOST_SLIPS = 6
NEWER = "可能是新版程序存的。升级本机后再打开；这条台账原样留着。"


@dataclass(frozen=True)
class Kept:
    """One kept ledger; ``template`` is None where this program cannot read it, and ``why`` says so in a sentence."""

    record: KeptLedger
    template: Template | None = None
    why: str = ""


def kept(replica: Replica) -> list[Kept]:
    """Every kept ledger by its title; those of a newer program without a template."""
    return [_read(record) for record in replica.all(KeptLedger, order=(KeptLedger.title, KeptLedger.id))]


def every(replica: Replica) -> list[Template]:
    """The kept ledgers that can be read, then all others."""
    return [*(one.template for one in kept(replica) if one.template is not None), *templates()]


def keep(template: Template, title: str, area: str) -> KeptLedger:
    """A record that keeps a template under a title. Unfit when it is longer than a record may be."""
    text = written(replace(template, listed=""))
    if len(text) > TEMPLATE_LONGEST:
        raise Unfit("这张台账太长，存不下", "请减少栏目或条件。")
    return KeptLedger(title=title, template=text, area=area)


def understood(text: str, name: str, listed: str = "") -> Template:
    """Read a template from outside; Unfit in one sentence when it is broken or asks for what is not there."""
    template = replace(parse(text, listed or name), name=name)
    if why := unsound(template):
        raise Unfit(f"台账模板“{listed or name}”写得不对", why)
    return replace(template, listed=listed)


def unsound(template: Template) -> str:
    """Why no paper could be made of a template whose paths are right; empty when one can."""
    paper = template.sheet_paper()
    if not template.title.strip():
        return "没有标题。"
    if template.form == "register" and not template.columns:
        return "一栏也没有。"
    if template.form == "card" and not any(block.pairs or block.columns for block in template.blocks):
        return "卡片上一栏也没有。"
    if not 1 <= template.paper.slips <= MOST_SLIPS:
        return f"一页最多 {MOST_SLIPS} 联。"
    if not all(0 <= m <= MOST_MARGIN for m in (template.paper.binding, *template.paper.margins)):
        return "页边距要在 0 到 100 毫米之间。"
    if min(paper.frame[2:]) < LEAST_ROOM:
        return "页边距太大，纸上没有地方写字。"
    if not all(_fills(words, HEADINGS) for words in template.heading):
        return "表头里的花括号只能写 {unit_name}、{today}、{unit} 或 {name}。"
    if not all(_fills(tally.words, frozenset({""})) for tally in template.tallies):
        return "合计的文字里只能用一个 {} 放数字。"
    return "" if _counts(template) else "栏目的宽度、跨度和行数要是不小于 0 的数。"


def read_file(path: Path) -> Template:
    """The template in a file somebody shared, called after it; Unfit in one sentence."""
    title = path.name.removesuffix(".toml").removesuffix(".台账")
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig") if len(data) <= TEMPLATE_LONGEST * 4 else ""
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"“{path.name}”读不出来", "请选择从台账中心导出的样式文件。") from error
    if not text.strip():
        raise Unfit(f"“{path.name}”不是台账样式", "文件是空的，或者太大。请选择从台账中心导出的样式文件。")
    return understood(text, title, title)


def write_file(template: Template, path: Path) -> None:
    """Put a template into a file to hand on; it holds no record. NoSpace when the disk does not take it."""
    try:
        path.write_text(written(replace(template, listed="")), encoding="utf-8")
    except OSError as error:
        raise NoSpace("样式文件没有写成", "磁盘已满或不可写，请换一个文件夹。") from error


def free_title(wanted: str, taken: Iterable[str]) -> str:
    """The title itself, or with the first number nobody has yet."""
    titles = set(taken)
    numbered = (f"{wanted}（{number}）" for number in range(2, len(titles) + 3))
    return wanted if wanted not in titles else next(one for one in numbered if one not in titles)


def _read(record: KeptLedger) -> Kept:
    try:
        return Kept(record, understood(record.template, PREFIX + record.id, record.title))
    except Unfit as error:
        return Kept(record, why=f"{error.advice.rstrip('。')}。{NEWER}")


def _fills(words: str, known: frozenset[str]) -> bool:
    try:
        named = [name for _text, name, *_how in Formatter().parse(words) if name is not None]
    except ValueError:
        return False
    return set(named) <= known and (known != {""} or len(named) <= 1)


def _counts(template: Template) -> bool:
    columns = [
        *template.columns,
        *(c for block in template.blocks for c in (*block.pairs, *block.columns)),
    ]
    return all(0 <= c.weight < 1e3 and 1 <= c.span <= 12 and 1 <= c.lines <= 60 for c in columns) and all(
        1 <= b.across <= 6 and 0 <= b.blank <= 200 and b.most >= 0 for b in template.blocks
    )
