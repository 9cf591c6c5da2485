"""What an office keeps of its papers: the ledgers it made its own."""

from gridclient.fields import Record, note, record, text

TEMPLATE_LONGEST = 60_000  # characters: three times the longest shipped one with every column there is


@record("我的台账", called="{title}", key=("title",))
class KeptLedger(Record, table=True):
    """A ledger made by an office (我的台账), for everybody of its community.

    ``template`` is the text of a template file, as in ``resources/ledgers``.
    """

    title: str = text("名称", longest=40, required=True, listed=True, searched=True)
    remark: str = text("说明", longest=100, listed=True)
    template: str = note("样式", longest=TEMPLATE_LONGEST, hidden=True)
