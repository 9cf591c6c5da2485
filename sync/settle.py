"""What becomes of the changes a laptop sends: the one pure step that every hub shares.

A hub loads the documents concerned, calls :func:`settle`, and stores what comes back. Nothing here reads a clock, a
database or a setting. The rules are told in ``docs/protocol.md``, part 3.
"""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, cast

from sync.admit import Declined, admit, admit_subject, attested
from sync.clock import adjusted, millis_of, pack
from sync.conflict import CONFLICT, conflict_id, subject_of
from sync.merge import Outcome, decide, same, written_of
from sync.protocol import Change, Document, Receipt, Stamp, Verdict, Written
from sync.record import LIFE, PLACE
from sync.settlement import Settlement, Terms, Trace

EPOCH_BITS = 40  # ver = (number of the epoch) << 40 | count: a restored hub never hands out a ver again
ALIVE: dict[str, Any] = {"removed_at": None, "removed_why": ""}

_SETTLING = frozenset({"settled_at", "choice", "area", *ALIVE})
_MADE = frozenset({"created_at", "created_by", "source"})
_TAKEN = {Outcome.APPLY.value, Outcome.WIN.value, "recovered"}
_PLAIN = {Outcome.APPLY.value}


def settle(changes: Sequence[Change], stored: Mapping[str, Document], terms: Terms) -> Settlement:
    """Settle all changes of one request, in order; what was saved together is applied together or not at all.

    ``stored`` must hold every present document named by a change, subjects of conflicts too. Of the ids in ``raised`` the hub drops those it
    already holds: the same clash was reported before. A change that cannot be applied gets a receipt that says why.
    """
    done = Settlement()
    known = ChainMap(done.documents, cast("dict[str, Document]", stored))
    for _tx, together in groupby(changes, key=attrgetter("tx")):
        change, *others = together
        if others:
            _settle_tx([change, *others], stored, terms, done)
            continue
        # Alone it needs no trial: a change is refused before anything of it is taken.
        present = done.documents.get(change.id) or stored.get(change.id)
        try:
            _admit(change, present, terms, known)
        except Declined as no:
            _decline([change], terms, no, done)
        else:
            _take(change, present, terms, done, known, plain=_is_plain(change.id, done))
    return done


def next_ver(ver: int, epoch_no: int) -> int:
    """The ver after ``ver``: greater than any given before, in this epoch or an earlier one."""
    return max(ver, epoch_no << EPOCH_BITS) + 1


def _admit(change: Change, present: Document | None, terms: Terms, known: Mapping[str, Document]) -> None:
    admit(change, present, terms.rights)
    if present is None and change.kind == CONFLICT:
        admit_subject(change, known.get(subject_of(change.groups)), terms.rights)


def _settle_tx(
    together: list[Change], stored: Mapping[str, Document], terms: Terms, done: Settlement
) -> None:
    trial = Settlement()
    known = ChainMap(trial.documents, done.documents, cast("dict[str, Document]", stored))
    try:
        for change in together:
            present = known.get(change.id)
            _admit(change, present, terms, known)
            plain = _is_plain(change.id, trial if change.id in trial.documents else done)
            _take(change, present, terms, trial, known, plain=plain)
    except Declined as no:
        _decline(together, terms, no, done)
        return
    for id_ in trial.documents:
        done.documents.pop(id_, None)
    done.documents |= trial.documents
    done.departures += trial.departures
    done.receipts += trial.receipts
    done.traces += trial.traces
    done.plain.difference_update(trial.documents)
    done.plain |= trial.plain
    done.raised |= trial.raised


def _decline(together: list[Change], terms: Terms, no: Declined, done: Settlement) -> None:
    done.receipts += [_declined(change, change.mseq == no.mseq, no) for change in together]
    done.traces += [_kept_aside(change, terms, no) for change in together]


def _is_plain(id_: str, so_far: Settlement) -> bool:
    """True when nothing but plain changes touched a record in this request."""
    return id_ in so_far.plain or id_ not in so_far.documents


def _take(
    change: Change,
    present: Document | None,
    terms: Terms,
    out: Settlement,
    known: Mapping[str, Document],
    *,
    plain: bool,
) -> None:
    if present is None and change.made and not change.written:
        _make(change, terms, out)
    else:
        _One(change, present, terms, out, known).settle(plain=plain)


def _make(change: Change, terms: Terms, out: Settlement) -> None:
    """Enter a record nobody has met before: nearly every change of a first upload, so this way is short."""
    hlc = adjusted(change.at, laptop_now=terms.laptop_now, hub_now=terms.hub_now)
    body: dict[str, Any] = {}
    for values in change.groups.values():
        body |= values
    area = str(body.pop("area", change.area))
    body["updated_at"], body["updated_by"] = millis_of(hlc), change.by
    out.documents[change.id] = Document(
        id=change.id,
        kind=change.kind,
        area=area,
        ver=next_ver(0, terms.epoch_no),
        body=body,
        stamps={"": Written(terms.origin, change.mseq, hlc)},
        removed=body.get("removed_at") is not None,
    )
    if area == change.area:
        out.plain.add(change.id)
    out.receipts.append(Receipt(mseq=change.mseq))


class _One:
    """One change meeting the one document it is about."""

    def __init__(
        self,
        change: Change,
        present: Document | None,
        terms: Terms,
        out: Settlement,
        known: Mapping[str, Document],
    ) -> None:
        self.change, self.terms, self.out, self.known = change, terms, out, known
        self.present = present or Document(
            id=change.id, kind=change.kind, area=change.area, ver=0, body={}, stamps={}
        )
        self.new = present is None
        hlc = adjusted(change.at, laptop_now=terms.laptop_now, hub_now=terms.hub_now)
        self.incoming = Written(terms.origin, change.mseq, hlc)
        self.written = _attested(change, terms) if change.written else {}
        self.ver = next_ver(self.present.ver, terms.epoch_no)
        self.body = dict(self.present.body)
        self.stamps = dict(self.present.stamps)
        self.area = self.present.area
        self.outcomes: list[str] = []

    def settle(self, *, plain: bool) -> None:
        """Merge group by group; ``plain`` as :func:`_is_plain` says."""
        change = self.change
        if self.new:
            self.stamps = {"": self.incoming} | self.written
        for group, values in change.groups.items():
            self._merge(group, values)
        if self._revives():
            self._revive()
        self._store()
        plain = plain and _PLAIN.issuperset(self.outcomes) and (self.new or not change.made)
        plain = plain and self.area == self.present.area == change.area and self.written == change.written
        (self.out.plain.add if plain else self.out.plain.discard)(change.id)
        self.out.receipts.append(_receipt(change, self.outcomes))

    def _merge(self, group: str, values: dict[str, Any]) -> None:
        old = {"area": self.area} if group == PLACE else {name: self._held(group, name) for name in values}
        writer = written_of(self.written, group) or self.incoming
        present = None if self.new else written_of(self.present.stamps, group)
        unseen = self._unseen_edit() if _removes(group, values) and not self._gone else None
        if present and unseen:
            outcome, written, present = Outcome.LOSE.value, present, unseen
        else:
            outcome, written = self._outcome(group, values, old, writer, present)
        if outcome in _TAKEN:
            self._write(group, values)
        self._stamp(group, written)
        self.outcomes.append(outcome)
        if not self.new or outcome not in _PLAIN:
            self._trace(group, old, values, writer, outcome)
        if present and outcome == Outcome.WIN.value:
            self._raise(group, kept=(values, writer), lost=(old, present))
        elif present and outcome == Outcome.LOSE.value:
            self._raise(group, kept=(old, present), lost=(values, writer))

    def _outcome(
        self,
        group: str,
        values: dict[str, Any],
        old: dict[str, Any],
        writer: Written,
        present: Written | None,
    ) -> tuple[str, Written]:
        change = self.change
        if present is None:
            return Outcome.APPLY.value, writer
        if _written_once(change, values):
            return "seen", present
        if present.stamp == writer.stamp:
            if same(values, old):
                return Outcome.AGREED.value, present
            # Two values under one stamp: what is offered stays in the history, and whose stamp it is speaks.
            return ("forgotten", present) if change.written else (Outcome.APPLY.value, writer)
        alike = same(values, old) or (_removes(group, values) and self._gone)
        base = present.stamp if _seen(change, group, old, present, writer) else None
        decision = decide(present, base, writer, same_values=alike)
        if decision.clash and change.made and not change.written and _as_first_made(change, group, values):
            return "seen", present  # nobody edits a record without having seen it made
        if decision.clash and change.written:
            return ("recovered" if decision.outcome is Outcome.WIN else "forgotten"), decision.written
        return decision.outcome.value, decision.written

    def _held(self, group: str, name: str) -> Any:
        """The present value; one nobody ever named is as empty as the author saw it."""
        seen = self.change.was.get(group, {}).get(name)
        return self.body.get(name, None if seen else seen)

    @property
    def _gone(self) -> bool:
        return self.body.get("removed_at") is not None

    def _unseen_edit(self) -> Written | None:
        """The latest edit of any group that whoever removes the record had not seen."""
        base, mine = self.change.base, self.terms.origin
        unseen = [
            w
            for group, w in self.present.stamps.items()
            if group != LIFE and w.origin != mine and (base.get(group) or base.get("")) != w.stamp
        ]
        return None if self.change.written else max(unseen, key=lambda w: w.hlc, default=None)

    def _write(self, group: str, values: dict[str, Any]) -> None:
        if group == PLACE:
            self.area = str(values["area"])
        else:
            self.body.update(values)
        if not self.change.written or self.new:
            self.body["updated_at"] = millis_of(self.incoming.hlc)
            self.body["updated_by"] = self.change.by

    def _stamp(self, group: str, written: Written) -> None:
        if self.stamps.get("") == written:
            self.stamps.pop(group, None)
        else:
            self.stamps[group] = written

    def _revives(self) -> bool:
        """True when an edit was taken by a record whose removal its author had not seen."""
        change = self.change
        if not self._gone or change.written or LIFE in change.groups:
            return False
        life = written_of(self.stamps, LIFE)
        saw = life is not None and (change.base.get(LIFE) == life.stamp or life.origin == self.terms.origin)
        return not saw and not {Outcome.APPLY.value, Outcome.WIN.value}.isdisjoint(self.outcomes)

    def _revive(self) -> None:
        removal = written_of(self.stamps, LIFE) or self.incoming
        lost = {name: self.body.get(name) for name in ALIVE}
        alive = Written(self.terms.hub_origin, self.ver, pack(self.terms.hub_now))
        self.body.update(ALIVE)
        self._stamp(LIFE, alive)
        self.outcomes.append("revived")
        self._trace(LIFE, lost, ALIVE, alive, "revived")
        self._raise(LIFE, kept=(ALIVE, self.incoming), lost=(lost, removal))

    def _store(self) -> None:
        change, left = self.change, self.present.area
        if self.area != left and not self.new:
            self.out.departures.append((left, change.id))
        self.out.documents[change.id] = Document(
            id=change.id,
            kind=change.kind,
            area=self.area,
            ver=self.ver,
            body=self.body,
            stamps=self.stamps,
            removed=self._gone,
        )

    def _trace(
        self, group: str, old: dict[str, Any], new: dict[str, Any], writer: Written, outcome: str
    ) -> None:
        by = self.change.by if writer == self.incoming else self._author(writer)
        raw = self.change.at if writer == self.incoming else writer.hlc
        line = (self.area, self.change.kind, self.change.id, self.ver, group, old, new, by, writer.stamp)
        self.out.traces.append(Trace(*line, raw, writer.hlc, outcome))

    def _raise(
        self, group: str, *, kept: tuple[dict[str, Any], Written], lost: tuple[dict[str, Any], Written]
    ) -> None:
        id_ = conflict_id(self.change.id, group, *((w.origin, w.mseq) for _values, w in (kept, lost)))
        if id_ in self.known or self.change.kind == CONFLICT:
            return
        body = {
            "record_kind": self.change.kind,
            "record_id": self.change.id,
            "group_name": group,
            "before": self.change.was.get(group, {}),
            "settled_at": None,
            "choice": "",
            "created_at": self.terms.hub_now,
            "created_by": "",
            "source": "sync",
            "updated_at": self.terms.hub_now,
            "updated_by": "",
        } | ALIVE
        for name, (values, writer) in (("kept", kept), ("lost", lost)):
            body |= {name: values, f"{name}_by": self._author(writer), f"{name}_at": millis_of(writer.hlc)}
        written = Written(self.terms.hub_origin, 1, pack(self.terms.hub_now))
        self.out.raised.add(id_)
        self.out.documents[id_] = Document(
            id=id_,
            kind=CONFLICT,
            area=self.area,
            ver=next_ver(0, self.terms.epoch_no),
            body=body,
            stamps={"": written},
        )

    def _author(self, writer: Written) -> str:
        return self.change.by if writer == self.incoming else self.terms.author_of(writer.origin)


def _attested(change: Change, terms: Terms) -> dict[str, Written]:
    known = {written.origin for written in change.written.values() if terms.author_of(written.origin)}
    return attested(change, origin=terms.origin, known=known.__contains__, hub_now=terms.hub_now)


def _seen(change: Change, group: str, old: dict[str, Any], present: Written, writer: Written) -> bool:
    """True when the author looked at the present value, whatever stamp it bears by now."""
    if group in change.was and same(change.was[group], old):
        return True
    base = change.base.get(group) or change.base.get("")
    if base == present.stamp:
        return group not in change.was  # Two copies of one laptop may give one stamp to two values.
    # What was refused, and so no longer looked at, may have been taken since: by a restored centre, in an area regained.
    put_back = change.made if base is None else base.origin == present.origin and base.mseq < present.mseq
    if put_back and group in change.was:
        return False
    return not change.written and present.origin == writer.origin and present.mseq < writer.mseq


def _written_once(change: Change, values: dict[str, Any]) -> bool:
    """True for who made a record and when, and for all of a conflict but what somebody chose."""
    return not (_SETTLING.issuperset(values) if change.kind == CONFLICT else _MADE.isdisjoint(values))


def _as_first_made(change: Change, group: str, values: dict[str, Any]) -> bool:
    """True unless the record was refused once, and this part of it rewritten before it was made again."""
    return same(change.was.get(group, values), values)


def _removes(group: str, values: dict[str, Any]) -> bool:
    return group == LIFE and values.get("removed_at") is not None


def _receipt(change: Change, outcomes: list[str]) -> Receipt:
    if not {Outcome.WIN.value, Outcome.LOSE.value, "revived"}.isdisjoint(outcomes):
        return Receipt(mseq=change.mseq, verdict=Verdict.CLASHED)
    if outcomes and set(outcomes) <= {Outcome.AGREED.value, "seen", "forgotten"}:
        return Receipt(mseq=change.mseq, verdict=Verdict.AGREED)
    return Receipt(mseq=change.mseq)


def _declined(change: Change, at_fault: bool, no: Declined) -> Receipt:
    if at_fault:
        return Receipt(mseq=change.mseq, verdict=no.verdict, title=no.title, advice=no.advice)
    return Receipt(
        mseq=change.mseq,
        verdict=no.verdict,
        title="同时保存的另一条没有被接受",
        advice="请先处理那一条，再重新保存。",
    )


def _kept_aside(change: Change, terms: Terms, no: Declined) -> Trace:
    hlc = adjusted(change.at, laptop_now=terms.laptop_now, hub_now=terms.hub_now)
    outcome, stamp = no.verdict.name.lower(), Stamp(terms.origin, change.mseq)
    new: dict[str, Any] = dict(change.groups)
    return Trace(
        change.area, change.kind, change.id, 0, "", {}, new, change.by, stamp, change.at, hlc, outcome
    )
