from datetime import date, datetime
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.blanks import CHOICES, Choice, Field
from gridclient.fields import RECORDS, links_to, record, spec_of, text
from gridclient.records import Building, Household, Resident
from sync.record import SyncedRecord

FIELDS = [(spec.name, f) for spec in RECORDS.values() for f in spec.fields]
BY_NAME = {f"{kind}.{f.name}": f for kind, f in FIELDS}


def field(name: str) -> Field:
    return BY_NAME[name]


def storable(f: Field) -> st.SearchStrategy[Any]:
    """Values that a form or an import could have stored in such a field."""
    codes = st.sampled_from([m.value for m in f.options if m.value] if f.options else [""])
    low, high = int(f.least or 0), int(f.most if f.most is not None else 10**6)
    word = st.text("甲乙丙丁 ab12", min_size=1, max_size=min(f.longest or 20, 20)).map(str.strip).filter(bool)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": codes,
        "choices": st.lists(codes, min_size=1, max_size=3, unique=True),
        "count": st.integers(low, high),
        "amount": st.integers(low * 100, high * 100).map(lambda n: n / 100),
        "day": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "moment": st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
            lambda m: m.replace(second=0, microsecond=0)
        ),
        "month": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(lambda d: f"{d:%Y-%m}"),
        "flag": st.booleans(),
        "phone": st.integers(19900000000, 19900099999).map(str),
        "phones": st.lists(st.integers(19900000000, 19900099999).map(str), min_size=1, max_size=3),
        "id_number": st.text("0123456789", min_size=17, max_size=17).map(lambda n: n + "X"),
        "link": st.just("a" * 32),
        "links": st.lists(st.just("a" * 32), min_size=1, max_size=2),
        "names": st.lists(st.sampled_from(["张敏", "李强", "王芳"]), min_size=1, max_size=3),
    }
    return kinds.get(f.kind, word.map(lambda w: " ".join(w.split())))


ONE_OF_EACH = {
    (f.kind, f.choices, f.least, f.most): f for _, f in FIELDS if f.kind not in ("rows", "name", "note")
}


@pytest.mark.parametrize("f", ONE_OF_EACH.values(), ids=lambda f: f"{f.kind} {f.name}")
@settings(max_examples=25)
@given(data=st.data())
def test_what_a_field_says_it_can_read_back(f: Field, data: st.DataObject) -> None:
    value = data.draw(storable(f))
    assert f.check(value) is None
    assert f.parse(f.text(value)) == value


@given(st.sampled_from([f for _, f in FIELDS]), st.text(max_size=30))
def test_whatever_is_typed_becomes_a_value_or_a_sentence(f: Field, typed: str) -> None:
    try:
        value = f.parse(typed)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either way is right, and the sentence is what is checked
    else:
        f.text(value)
        f.masked(value)
        assert f.check(value) is None or isinstance(f.check(value), str)


@pytest.mark.parametrize(("kind", "f"), FIELDS, ids=str)
def test_every_blank_reads_as_blank(kind: str, f: Field) -> None:
    blank = f.parse("  ")
    assert blank in (None, "", [], False)
    assert f.check(blank) is None or f.required


@pytest.mark.parametrize(("kind", "f"), [(k, f) for k, f in FIELDS if f.private], ids=str)
def test_nothing_private_shows_its_middle(kind: str, f: Field) -> None:
    value = ["19900012345"] if f.many else "519901197306250026"
    assert "0012" not in f.masked(value)
    assert "197306" not in f.masked(value)


@pytest.mark.parametrize("name", sorted(CHOICES.keys() - {"Choice"}))
def test_every_spelling_of_a_list_names_one_member(name: str) -> None:
    seen: dict[str, Choice] = {}
    for member in CHOICES[name]:
        assert CHOICES[name].named(member.value) is member
        assert CHOICES[name].named(member.label) is member
        for spelling in member.spellings:
            assert seen.setdefault(spelling, member) is member, f"{spelling} means two things"
            assert CHOICES[name].named(spelling) is not None


def test_an_unknown_code_of_a_newer_laptop_is_shown_as_it_is() -> None:
    sex = field("resident.sex")
    assert sex.text("7") == "7"
    assert "请从列表中选择" in (sex.check("7") or "")


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("resident.sex", "男", "1"),
        ("resident.nation", "汉", "01"),
        ("resident.education", "本科", "20"),
        ("resident.phones", "199 0001 2345，19900012346", ["19900012345", "19900012346"]),
        ("resident.labels", "独居、高龄", ["alone", "elderly"]),
        ("resident.away", "√", True),
        ("building.floors", "３３", 33),  # noqa: RUF001
        ("building.floors", "33.0", 33),
        ("dwelling.area_m2", "1,089.5", 1089.5),
        ("visit.visitors", "张敏，李强", ["张敏", "李强"]),
    ],
)
def test_a_field_understands_what_people_type(name: str, typed: str, value: object) -> None:
    assert field(name).parse(typed) == value


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("building.floors", 0, "不能小于 1"),
        ("building.floors", 121, "不能大于 120"),
        ("building.name", "", "请填写"),
        ("building.name", "楼" * 51, "最多 50 个字"),
        ("resident.labels", ["alone", "nonsense"], "nonsense"),
        ("resident.phones", ["没有"], "不是号码"),
        ("building.floors", "six", "请填数字"),
        ("dwelling.area_m2", float("nan"), "请填数字"),
    ],
)
def test_what_may_not_be_stored_is_said_in_a_sentence(name: str, value: object, part: str) -> None:
    assert part in (field(name).check(value) or "")


@pytest.mark.parametrize("typed", ["nan", "inf", "-inf", "1e999", "六"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    for name in ("building.floors", "dwelling.area_m2"):
        with pytest.raises(ValueError, match="请填数字"):
            field(name).parse(typed)


def test_a_field_outside_the_vocabulary_is_refused_when_declared() -> None:
    with pytest.raises(TypeError, match="vocabulary"):

        @record("错")
        class Undeclared(SyncedRecord):
            plain: str = ""


def test_a_kind_is_found_by_record_table_and_name() -> None:
    assert spec_of(Building(name="1栋")) is spec_of(Building) is spec_of("building")
    with pytest.raises(KeyError):
        spec_of("nothing")


def test_a_page_knows_what_points_at_its_kind() -> None:
    pointing = {(spec.name, f.name) for spec, f in links_to("household")}
    assert {("resident", "household"), ("visit", "household"), ("pairing", "household")} <= pointing


def test_a_record_in_one_line_is_made_of_its_own_words() -> None:
    assert (
        spec_of("household").line(Household(number="030200007", head_name="王建国", dwelling="d"))
        == "030200007 王建国"
    )


def test_a_record_says_what_is_wrong_with_it_and_shows_no_value() -> None:
    person = Resident(name="", household="", sex="7")
    assert set(person.problems()) == {"name", "household", "sex"}
    assert "王建国" not in repr(Resident(name="王建国"))
    assert Resident(name="王建国", household="h").problems() == {}


def test_a_value_of_the_wrong_type_is_a_problem_and_no_crash() -> None:
    person = Resident(name="王建国", household="h")
    person.birth = "someday"  # type: ignore[assignment]
    assert "birth" in person.problems()


def test_marks_travel_from_the_declaration_to_the_field() -> None:
    declared = text("标题", longest=5, required=True)
    assert declared.json_schema_extra["blank"]["longest"] == 5
