"""The one step every hub shares, on its own: what meets what, and what comes of it."""

from typing import Any

from hypothesis import given, strategies as st
import msgspec
import pytest

from sync.admit import Rights
from sync.clock import pack
from sync.protocol import Change, Document, Stamp, Verdict, Written
from sync.record import LIFE, PLACE
from sync.settle import EPOCH_BITS, next_ver, settle
from sync.settlement import Terms

GRID, NEXT, FAR = "520101001001001", "520101001001002", "520101001002001"
ID = "0" * 30 + "a1"
NOW = 1_795_000_000_000


def terms(
    origin: str = "mine",
    *,
    laptop_now: int = NOW,
    epoch_no: int = 1,
    met: tuple[str, ...] = (),
    **rights: Any,
) -> Terms:
    return Terms(
        origin=origin,
        hub_now=NOW,
        laptop_now=laptop_now,
        epoch="e",
        epoch_no=epoch_no,
        rights=Rights(**({"areas": frozenset({GRID})} | rights)),
        author_of=lambda origin: f"owner of {origin}" if origin in met else "",
    )


def change(mseq: int = 1, groups: dict[str, dict[str, Any]] | None = None, **more: Any) -> Change:
    given: dict[str, Any] = {
        "tx": mseq,
        "kind": "toy",
        "id": ID,
        "area": GRID,
        "at": pack(NOW),
        "by": "wang",
    } | more
    return Change(mseq=mseq, groups={"name": {"name": "new"}} if groups is None else groups, **given)


def stored(**more: Any) -> Document:
    whole: dict[str, Any] = {
        "body": {"name": "old", "phone": "1", "removed_at": None, "removed_why": ""},
        "stamps": {"": Written("theirs", 1, pack(NOW - 1000))},
        "area": GRID,
        "ver": 5,
    }
    return Document(id=ID, kind="toy", **(whole | more))


def test_an_edit_of_the_value_seen_is_taken_plainly() -> None:
    done = settle([change(base={"name": Stamp("theirs", 1)})], {ID: stored()}, terms())

    document = done.documents[ID]
    assert document.body["name"] == "new"
    assert document.body["phone"] == "1"
    assert document.stamps["name"].stamp == Stamp("mine", 1)
    assert done.plain == {ID}
    assert done.raised == set()


def test_the_loser_of_a_clash_is_kept_in_a_conflict_and_in_the_history() -> None:
    late = change(at=pack(NOW - 5000), base={"name": Stamp("nobody", 9)})

    done = settle([late], {ID: stored()}, terms())

    (id_,) = done.raised
    assert done.documents[ID].body["name"] == "old"
    assert done.documents[ID].ver > 5
    assert done.documents[id_].body["lost"] == {"name": "new"}
    assert done.documents[id_].body["kept"] == {"name": "old"}
    assert [trace.outcome for trace in done.traces] == ["lose"]
    assert done.plain == set()
    assert done.receipts[0].verdict is Verdict.CLASHED


def test_equal_values_are_no_clash_but_are_delivered_again() -> None:
    done = settle([change(groups={"name": {"name": "old"}})], {ID: stored()}, terms())

    assert done.receipts[0].verdict is Verdict.AGREED
    assert done.raised == done.plain == set()
    assert ID in done.documents


def test_a_value_that_is_the_one_seen_may_be_replaced_whoever_wrote_it_last() -> None:
    done = settle(
        [change(at=0, base={"name": Stamp("x", 1)}, was={"name": {"name": "old"}})], {ID: stored()}, terms()
    )

    assert done.documents[ID].body["name"] == "new"
    assert done.raised == set()


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_no_clock_beats_having_seen(laptop_years: int, edit_years: int) -> None:
    year = 365 * 24 * 3600 * 1000
    laptop_now = max(0, NOW + laptop_years * year)
    edit = change(at=pack(max(0, laptop_now + edit_years * year)), base={"name": Stamp("theirs", 1)})

    document = settle([edit], {ID: stored()}, terms(laptop_now=laptop_now)).documents[ID]

    assert document.body["name"] == "new"
    assert document.stamps["name"].hlc <= pack(NOW + 60_000, 0xFFFF)


@given(st.permutations(["a", "b", "c"]), st.permutations([1, 2, 3]))
def test_concurrent_edits_end_alike_in_whatever_order_they_arrive(order: list[str], times: list[int]) -> None:
    at = dict(zip("abc", times, strict=True))
    documents = {ID: stored()}
    lost: set[str] = set()

    for origin in order:
        edit = change(
            groups={"name": {"name": origin}}, at=pack(NOW + at[origin]), base={"name": Stamp("gone", 1)}
        )
        done = settle([edit], documents, terms(origin))
        documents |= done.documents
        lost |= {d.body["lost"]["name"] for id_, d in done.documents.items() if id_ in done.raised}

    assert documents[ID].body["name"] == max("abc", key=lambda origin: at[origin])
    assert lost | {documents[ID].body["name"]} == {"a", "b", "c", "old"}


def test_a_removal_that_saw_everything_removes() -> None:
    groups = {LIFE: {"removed_at": NOW, "removed_why": "moved away"}}

    done = settle([change(groups=groups, base={"": Stamp("theirs", 1)})], {ID: stored()}, terms())

    assert done.documents[ID].removed


def test_a_move_leaves_a_departure_and_is_not_plain() -> None:
    done = settle(
        [change(groups={PLACE: {"area": NEXT}}, base={PLACE: Stamp("theirs", 1)})], {ID: stored()}, terms()
    )

    assert done.documents[ID].area == NEXT
    assert done.departures == [(GRID, ID)]
    assert done.plain == set()


def test_who_may_not_write_is_told_so_and_the_rest_goes_on() -> None:
    foreign = stored(area="529999")
    mine = change(2, id="0" * 30 + "b2", made=True)

    done = settle([change(), mine], {ID: foreign}, terms())

    assert [receipt.verdict for receipt in done.receipts] == [Verdict.REFUSED, Verdict.APPLIED]
    assert done.receipts[0].advice
    assert ID not in done.documents


def test_a_false_area_opens_no_door() -> None:
    done = settle([change(area=GRID)], {ID: stored(area="529999")}, terms())

    assert done.receipts[0].verdict is Verdict.REFUSED


def test_everyones_records_are_the_administrators() -> None:
    groups = {PLACE: {"area": "*"}}

    assert settle([change(groups=groups)], {ID: stored()}, terms()).receipts[0].verdict is Verdict.REFUSED
    assert settle([change(groups=groups)], {ID: stored()}, terms(everyone=True)).documents[ID].area == "*"


def test_a_record_the_centre_lacks_is_asked_for_whole() -> None:
    done = settle([change()], {}, terms())

    assert done.receipts[0].verdict is Verdict.UNKNOWN
    assert done.documents == {}


def test_what_is_offered_back_keeps_its_writers_and_raises_nothing() -> None:
    then = Written("dead laptop", 7, pack(NOW - 10))
    offered = change(made=True, written={"": then, "name": then})

    fresh = settle([offered], {}, terms(met=("dead laptop",))).documents[ID]
    met = settle([offered], {ID: stored(stamps={"": Written("theirs", 1, pack(NOW))})}, terms())

    assert fresh.stamps == {"": then}
    assert met.documents[ID].body["name"] == "old"
    assert met.raised == set()
    assert [trace.outcome for trace in met.traces] == ["forgotten"]


def test_what_is_offered_back_stands_no_further_ahead_than_any_edit() -> None:
    far = Written("theirs", 7, pack(NOW * 2))
    offered = change(made=True, written={"": far, "name": far})

    done = settle([offered], {}, terms(met=("theirs",)))

    assert done.documents[ID].stamps == {"": Written("theirs", 7, pack(NOW + 60_000, 0xFFFF))}
    assert done.plain == set()


@pytest.mark.parametrize(
    "forged",
    [
        Written("never met", 7, pack(NOW - 10)),
        Written("mine", 2, pack(NOW - 10)),
        Written("theirs", 0, pack(NOW - 10)),
        Written("theirs", -(1 << 70), -(1 << 70)),
        Written("theirs", 1 << 70, pack(NOW - 10)),
    ],
)
def test_a_writer_who_cannot_be_known_is_the_sender(forged: Written) -> None:
    done = settle([change(made=True, written={"": forged, "name": forged})], {}, terms(met=("theirs",)))

    (written,) = done.documents[ID].stamps.values()
    assert written.stamp == Stamp("mine", 1)
    assert 0 <= written.hlc <= forged.hlc or written.hlc == 0
    assert done.plain == set()


def test_a_writer_is_told_only_of_what_is_offered() -> None:
    then = Written("theirs", 7, pack(NOW - 10))

    done = settle([change(written={"phone": then, "name": then})], {ID: stored()}, terms(met=("theirs",)))

    assert done.documents[ID].stamps.keys() == {"", "name"}


def test_a_value_offered_under_a_strangers_stamp_gives_way_to_what_its_owner_sends() -> None:
    forged = change(groups={"name": {"name": "forged"}}, written={"name": Written("theirs", 9, pack(NOW))})
    offered = settle([forged], {ID: stored()}, terms(met=("theirs",))).documents
    own = change(9, {"name": {"name": "what I typed"}}, base={"name": Stamp("theirs", 1)})

    done = settle([own], offered, terms("theirs"))

    assert done.documents[ID].body["name"] == "what I typed"
    assert [trace.old for trace in done.traces] == [{"name": "forged"}]


@pytest.mark.parametrize(
    ("kind", "field"),
    [("toy", "created_by"), ("toy", "source"), ("conflict", "kept"), ("conflict", "lost_by")],
)
@pytest.mark.parametrize("group", ["made", "kept", "any other"])
def test_what_is_written_once_stays_and_the_attempt_is_told(kind: str, field: str, group: str) -> None:
    body = {"name": "old", "created_by": "li", "source": "entry", "kept": {"name": "a"}, "lost_by": "li"}
    held = {ID: Document(id=ID, kind=kind, area=GRID, ver=5, body=body, stamps=stored().stamps)}
    forged = change(
        groups={group.replace(" ", "_"): {field: "forged"}}, kind=kind, base={"": Stamp("theirs", 1)}
    )

    done = settle([forged], held, terms())

    assert done.documents[ID].body == body
    assert [(trace.new, trace.outcome) for trace in done.traces] == [({field: "forged"}, "seen")]


def test_a_conflict_is_raised_by_the_centre_and_offered_back_by_who_may_have_met_it() -> None:
    subject = "0" * 30 + "b2"
    far = stored(area=FAR)
    held = {subject: Document(id=subject, kind="toy", area=FAR, ver=1, body=far.body, stamps=far.stamps)}
    told = {"x": {"record_id": subject}}
    raised = change(groups=told, kind="conflict", made=True)
    offered = change(groups=told, kind="conflict", made=True, written={"": Written("hub-e", 1, pack(NOW))})

    verdicts = [settle([one], held, terms()).receipts[0].verdict for one in (raised, offered)]

    assert verdicts == [Verdict.REFUSED, Verdict.REFUSED]
    beside = {subject: msgspec.structs.replace(held[subject], area=NEXT)}
    assert settle([offered], beside, terms()).receipts[0].verdict is Verdict.APPLIED
    assert settle([raised], beside, terms()).receipts[0].verdict is Verdict.REFUSED


def test_who_has_no_right_to_a_record_is_not_told_what_it_is() -> None:
    held = {ID: stored(area=FAR)}

    told = [settle([change(kind=kind)], held, terms()).receipts for kind in ("toy", "another")]

    assert told[0] == told[1]
    assert told[0][0].title


def test_a_record_grows_no_larger_than_a_laptop_reads_however_many_edits_it_takes() -> None:
    held, large, verdicts = {ID: stored()}, "x" * 1_000_000, []
    for n in range(1, 5):
        done = settle([change(n, {f"f{n}": {f"f{n}": large}})], held, terms())
        held, verdicts = {**held, **done.documents}, [*verdicts, done.receipts[0].verdict]
    shorter = settle([change(9, {"f1": {"f1": "x" * 900_000}})], held, terms())

    assert verdicts == [Verdict.CLASHED] * 2 + [Verdict.REFUSED] * 2
    assert shorter.receipts[0].verdict is Verdict.APPLIED


def test_groups_without_end_are_refused_however_few_at_a_time() -> None:
    held, verdicts = {ID: stored()}, set()
    for n in range(1, 6):
        many = {f"g{n}_{k}": {"name": str(n)} for k in range(100)}
        done = settle([change(n, many)], held, terms())
        held, verdicts = {**held, **done.documents}, verdicts | {done.receipts[0].verdict}

    assert verdicts == {Verdict.CLASHED, Verdict.REFUSED}
    assert len(held[ID].stamps) <= 400


def test_who_writes_somewhere_no_more_takes_nothing_from_there_to_where_he_writes_now() -> None:
    lately = {"areas": frozenset({FAR}), "until_lately": frozenset({GRID})}
    moves = [change(groups={PLACE: {"area": target}}) for target in (FAR, NEXT)]

    verdicts = [settle([move], {ID: stored()}, terms(**lately)).receipts[0].verdict for move in moves]

    assert verdicts == [Verdict.REFUSED, Verdict.CLASHED]


def test_a_worker_hands_over_to_a_neighbour_and_not_to_another_community() -> None:
    seen = {PLACE: Stamp("theirs", 1)}
    moves = [
        change(groups={PLACE: {"area": target}}, base=seen) for target in (NEXT, FAR, NEXT[:12], GRID[:6])
    ]

    verdicts = [settle([move], {ID: stored()}, terms()).receipts[0].verdict for move in moves]

    assert verdicts == [Verdict.APPLIED, *[Verdict.REFUSED] * 3]
    both = terms(areas=frozenset({GRID, FAR}))
    assert settle([moves[1]], {ID: stored()}, both).documents[ID].area == FAR


@pytest.mark.parametrize(
    "groups",
    [
        {"name": {"name": "长" * 400_000}},
        {"name": {"name": ["a" * 1000] * 1100}},
        {"name": {"name": 1 << 10_000_000}},
        {"": {"name": "every other group would be mine"}},
        {"name": {}},
        {"name": {"removed_at": 5}},
        {"name": {"removed_why": "smuggled"}},
        {f"f{n}": {f"f{n}": n} for n in range(398)},
    ],
    ids=["text", "list", "number", "nameless", "nothing", "removal", "reason", "many"],
)
def test_what_no_form_would_send_is_refused_in_words(groups: dict[str, dict[str, Any]]) -> None:
    done = settle([change(groups=groups)], {ID: stored()}, terms())

    assert done.receipts[0].verdict is Verdict.REFUSED
    assert done.receipts[0].title
    assert done.documents == {}


def test_what_the_author_was_looking_at_may_not_be_endless_either() -> None:
    done = settle([change(was={"name": {"name": "长" * 400_000}})], {ID: stored()}, terms())

    assert done.receipts[0].verdict is Verdict.REFUSED


def test_a_ver_is_never_given_twice_even_by_a_restored_centre() -> None:
    assert next_ver(0, 1) == (1 << EPOCH_BITS) + 1
    assert next_ver(next_ver(0, 1), 1) == (1 << EPOCH_BITS) + 2
    assert next_ver(5, 2) > next_ver(next_ver(0, 1), 1)


@given(
    st.dictionaries(
        st.text(max_size=5), st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=3))
    ),
    st.text(max_size=33),
    st.text(max_size=22),
)
def test_no_content_whatever_raises(groups: dict[str, Any], id_: str, area: str) -> None:
    done = settle([change(groups=groups, id=id_, area=area, made=True), change(2, made=True)], {}, terms())

    assert len(done.receipts) == 2
    assert done.receipts[1].verdict is Verdict.APPLIED


def test_a_record_made_again_leaves_an_edit_alone_that_was_refused_then_and_taken_since() -> None:
    first = {"name": {"name": "first"}, "phone": {"phone": "1"}}
    taken = settle(
        [change(1, groups=first, made=True), change(2, {"name": {"name": "refused once"}})], {}, terms()
    )
    again = {"name": {"name": "first"}, "phone": {"phone": "2"}}

    done = settle([change(3, again, made=True, was=first)], taken.documents, terms())

    body = done.documents[ID].body
    assert (body["name"], body["phone"]) == ("refused once", "2")
    assert not done.raised
