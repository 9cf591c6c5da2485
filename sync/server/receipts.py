"""What the centre answered to every change it was sent, so that a repeat gets the same answer and a fork is noticed.

Nearly every receipt is plain, so what is kept of a request is one row of fingerprints; only the others get a row each.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from sync.protocol import Receipt, Verdict
from sync.server import tables
from sync.server.database import insert_many

MARK = 16  # bytes of one fingerprint


def keep(db: Connection, origin: str, marks: Sequence[bytes], receipts: Sequence[Receipt]) -> None:
    """Keep the receipts of one request, in the order of their numbers, with the fingerprints of their changes."""
    first, last = receipts[0].mseq, receipts[-1].mseq
    run = (origin, first, last, b"".join(marks))
    insert_many(db, tables.taken, ("origin", "first", "last", "marks"), [run])
    rows = [(origin, r.mseq, int(r.verdict), r.title, r.advice) for r in receipts if r.verdict or r.title]
    insert_many(db, tables.receipt, ("origin", "mseq", "verdict", "title", "advice"), rows)


def kept(db: Connection, origin: str, first: int, last: int) -> list[tuple[bytes, Receipt]]:
    """Fingerprint and receipt of each change of ``origin`` with a number in this range, in order."""
    table, receipt = tables.taken.c, tables.receipt.c
    runs = select(table.first, table.marks).where(
        table.origin == origin, table.first <= last, table.last >= first
    )
    odd = select(tables.receipt).where(receipt.origin == origin, receipt.mseq.between(first, last))
    told = {
        r.mseq: Receipt(mseq=r.mseq, verdict=Verdict(r.verdict), title=r.title, advice=r.advice)
        for r in db.execute(odd)
    }
    return [
        (mark, told.get(mseq) or Receipt(mseq=mseq))
        for run in db.execute(runs.order_by(table.first)).all()
        for mseq, mark in enumerate(_split(run.marks), run.first)
        if first <= mseq <= last
    ]


def _split(marks: bytes) -> list[bytes]:
    return [marks[at : at + MARK] for at in range(0, len(marks), MARK)]
