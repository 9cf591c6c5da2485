from pathlib import Path

import pytest
from sqlmodel import SQLModel

from gridclient.fields import RECORDS, RecordSpec
from gridclient.records import DRAWERS
from gridclient.records.__main__ import document
from sync.record import groups_of

PAGE = Path(__file__).parents[2] / "docs" / "records.md"
SPECS = pytest.mark.parametrize("spec", RECORDS.values(), ids=lambda spec: spec.name)


def test_the_page_of_records_is_made_from_the_declarations() -> None:
    assert PAGE.read_text("utf-8") == document()


@SPECS
def test_links_point_at_kinds_that_exist(spec: RecordSpec) -> None:
    assert {f.to for f in spec.fields if f.to} <= RECORDS.keys()


@SPECS
def test_every_field_is_stored_under_its_name(spec: RecordSpec) -> None:
    assert {f.name for f in spec.fields} <= set(SQLModel.metadata.tables[spec.name].columns.keys())


@SPECS
def test_a_new_record_may_be_stored_once_its_required_blanks_are_filled(spec: RecordSpec) -> None:
    required = {f.name for f in spec.fields if f.required}
    assert set(spec.table().problems()) <= required


@SPECS
def test_keys_and_lines_name_fields_of_their_kind(spec: RecordSpec) -> None:
    assert set(spec.key) <= spec.by_name.keys()
    assert isinstance(spec.line(spec.table()), str)


@SPECS
def test_every_kind_has_a_list_and_a_title(spec: RecordSpec) -> None:
    assert spec.listed
    assert spec.title
    assert spec.drawer in DRAWERS


@SPECS
def test_every_field_merges_in_exactly_one_group(spec: RecordSpec) -> None:
    grouped = [name for names in groups_of(spec.table).values() for name in names]
    assert sorted(f.name for f in spec.fields) == sorted(name for name in grouped if name in spec.by_name)


@SPECS
def test_two_columns_of_one_kind_are_never_called_the_same(spec: RecordSpec) -> None:
    labels = [f.label for f in spec.fields]
    assert len(labels) == len(set(labels))


def test_what_happened_is_written_once_and_never_altered() -> None:
    assert [spec.name for spec in RECORDS.values() if spec.append_only] == [
        "household_event",
        "visit",
        "matter_step",
        "frozen_ledger",
        "frozen_part",
    ]
