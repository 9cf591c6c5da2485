"""One laptop's pieces: laid down, opened again, introduced, and never in touch with a centre nobody named."""

from pathlib import Path

import pytest

from gridclient.desk import Desk
from gridclient.errors import WrongPassphrase
from gridclient.records import DictionaryEntry, Household, Resident
from gridclient.store.vault import LIGHT
from sync.errors import Offline, SignInNeeded
from tests.support import people


def laid_down(folder: Path) -> Desk:
    return Desk.create(
        folder / "a.vault", people.PASSPHRASE, home=people.HOME, unit_name="桂花社区", cost=LIGHT
    )


def test_what_was_said_at_the_first_time_is_known_ever_after(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)
    desk.introduce("张敏")
    desk.close()

    again = Desk.open(tmp_path / "a.vault", people.PASSPHRASE)

    assert (again.who, again.home, again.unit_name) == ("张敏", people.HOME, "桂花社区")
    again.close()


def test_a_wrong_passphrase_leaves_nothing_open(tmp_path: Path) -> None:
    laid_down(tmp_path).close()

    with pytest.raises(WrongPassphrase):
        Desk.open(tmp_path / "a.vault", "something else")

    Desk.open(tmp_path / "a.vault", people.PASSPHRASE).close()


def test_without_a_sign_in_there_is_no_centre(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)

    assert not desk.signed_in
    assert desk.hub() is None
    with pytest.raises(SignInNeeded):
        desk.sync()
    desk.close()


def test_a_centre_that_does_not_answer_changes_nothing(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)

    with pytest.raises(Offline):
        desk.sign_in("http://127.0.0.1:9", "zhangmin", "a password")

    assert not desk.signed_in
    assert desk.last_ok is None
    desk.close()


def test_closing_twice_does_no_harm(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)

    desk.close()
    desk.close()

    again = Desk.open(tmp_path / "a.vault", people.PASSPHRASE)
    assert again.home == people.HOME
    again.close()


def test_people_are_found_by_name_and_by_the_end_of_a_number(tmp_path: Path) -> None:
    desk = people.desk_at(tmp_path)
    person = desk.replica.all(Resident)[0]

    by_name = [hit.id for hit in desk.find(person.name)]
    by_tail = [hit.id for hit in desk.find(person.id_number[-4:])]

    assert person.id in by_name
    assert person.id in by_tail
    assert person.id in desk.ids_for("resident", person.name)
    desk.close()


def test_a_file_is_copied_before_a_newer_program_alters_it(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)
    with desk.vault.engine.begin() as link:
        link.exec_driver_sql("UPDATE sync_schema SET fingerprint = 'of an older program'")
    desk.close()

    Desk.open(tmp_path / "a.vault", people.PASSPHRASE).close()

    assert len(list((tmp_path / "backup").glob("a-*.vault"))) == 1


def test_an_answer_the_office_adds_is_offered_read_and_checked_until_it_is_retired(tmp_path: Path) -> None:
    desk = laid_down(tmp_path)
    labels = Household.spec.field("labels")
    entry = DictionaryEntry(dictionary="CareLabel", code="x1", words="失独家庭")
    assert labels.check(["x1"])

    desk.replica.save(entry)

    assert "失独家庭" in [offer.label for offer in labels.offers]
    assert labels.parse("失独家庭、残疾") == ["x1", "disabled"]
    assert labels.text(["x1"]) == "失独家庭"
    assert labels.check(["x1"]) is None

    entry.retired = True
    desk.replica.save(entry)

    assert "失独家庭" not in [offer.label for offer in labels.offers]
    assert labels.text(["x1"]) == "失独家庭"
    desk.close()
    assert labels.text(["x1"]) == "x1"
