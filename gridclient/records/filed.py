"""Ledgers as they were signed: what was printed under a number stays as it was, whatever the records say since."""

from datetime import date, datetime
import re

from gridclient.fields import Record, count, day, flag, link, moment, person_name, record, text

PART_MOST = 48 * 1024  # characters of one part: a slow line loses little when it is cut

_SHA = re.compile(r"[0-9a-f]{64}")


@record("定稿台账", called="{number} {title} {about}", key=("number",), append_only=True)
class FrozenLedger(Record, table=True):
    """A frozen ledger (定稿台账): what was printed, under which number, by whom. Withdrawn with a reason, never altered.

    The printed rows are in its ``parts`` records of kind ``frozen_part``; ``sha256`` is the sum of what these hold
    together. ``template`` is the name of the ledger it was made with; ``first`` and ``last`` bound its period.
    """

    number: str = text("编号", longest=30, required=True, listed=True, searched=True)
    title: str = text("台账", longest=120, required=True, listed=True, searched=True)
    about: str = text("范围和期间", longest=200, listed=True, searched=True)
    made_by: str = person_name("制表人", required=True, listed=True, searched=True)
    checked_by: str = person_name("审核人", listed=True)
    at: datetime | None = moment("定稿时间", required=True, listed=True)
    persons: int | None = count("人数", unit="人", least=0, listed=True)
    lines: int | None = count("行数", unit="行", least=0)
    pages: int | None = count("页数", unit="页", least=1, listed=True)
    masked: bool = flag("号码已遮住", listed=True)
    why: str = text("用途", longest=200, hint="号码没有遮住时必须写明")
    first: date | None = day("期间从")
    last: date | None = day("期间到")
    template: str = text("样式", longest=80, hidden=True)
    sha256: str = text("内容校验", longest=64, required=True, hidden=True)
    parts: int | None = count("内容份数", least=1, hidden=True)

    def problems(self) -> dict[str, str]:
        """Field → why it may not be stored: without its content there is nothing to print again."""
        found = super().problems()
        if not found and not (_SHA.fullmatch(self.sha256) and self.parts):
            found["sha256"] = "没有定稿内容，请在“台账”里定稿"
        return found


@record("定稿内容", append_only=True)
class FrozenPart(Record, table=True):
    """One part of what a frozen ledger printed (定稿内容): ``content`` is the ``place``-th piece of its text, from 0."""

    ledger: str = link("定稿台账", to="frozen_ledger", required=True, listed=True, hidden=True)
    place: int | None = count("第几份", least=0, hidden=True)
    content: str = text("内容", longest=PART_MOST, required=True, hidden=True)
