"""A form filled without a window: asked for in words, matched as the last time, noted, written, and told."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gridclient.formfill.fill import fill, save, sheet_of
from gridclient.formfill.match import match_in, proposed, read_office_form, recalled
from gridclient.formfill.offers import registers
from gridclient.ledger.wanted import ledger_named, period_wanted, scope_named
from gridclient.store.trail import Act, Step, Trail
from sync.replica import Replica


@dataclass(frozen=True)
class FormWanted:
    """A filled form asked for in words, as the command line takes them; ``match`` is a colleague's file."""

    form: Path
    out: Path
    ledger: str = ""
    match: Path | None = None
    scope: str = ""
    period: str = ""
    why: str = ""


def fill_wanted(
    wanted: FormWanted, replica: Replica, trail: Trail, who: str, now: datetime
) -> dict[str, Any]:
    """Fill a copy and note that it leaves; rows, persons, the columns left ``open`` and the ``gaps``, for a script."""
    form = read_office_form(wanted.form)
    if wanted.match:
        proposal = match_in(form, wanted.match)
    elif wanted.ledger:
        proposal = proposed(form, ledger_named(wanted.ledger, registers()).name)
    else:
        proposal = recalled(form, replica) or proposed(form)
    sheet = sheet_of(
        form,
        proposal.match,
        replica,
        scope=scope_named(wanted.scope, replica),
        period=period_wanted(wanted.period),
        masked=not wanted.why,
        today=now.date(),
    )
    what = f"表格助手：{form.title or form.name}"
    trail.add(Step(now, who, Act.EXPORT, what, sheet.persons, not sheet.masked, wanted.why))
    done = fill(form, proposal.match, sheet)
    save(done, wanted.form, wanted.out)
    gaps = [
        {"letter": gap.letter, "head": gap.head, "why": gap.why, "cells": len(gap.rows)} for gap in done.gaps
    ]
    return {
        "file": str(wanted.out),
        "ledger": proposal.match.ledger,
        "rows": done.rows,
        "persons": sheet.persons,
        "masked": sheet.masked,
        "open": [entry.head for entry in proposal.match.columns if not entry.path],
        "gaps": gaps,
    }
