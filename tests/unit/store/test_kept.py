"""Drafts, the trail and backups: what the vault keeps beside the records."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gridclient.errors import NoSpace, Unfit, WrongPassphrase
from gridclient.store import backup
from gridclient.store.drafts import Drafts, new_key
from gridclient.store.trail import Act, Step, Trail
from gridclient.store.vault import Vault

NOW = datetime(2026, 11, 22, 19, 30)
WORDS = "a passphrase"


def test_a_draft_is_there_after_the_program_died(vault: Vault) -> None:
    key = new_key()
    Drafts(vault.engine).keep("resident", key, {"name": "王建国", "phones": ["19900012345"]}, NOW)
    vault.close()
    again = Vault.open(vault.path, WORDS)
    (draft,) = Drafts(again.engine).all()
    again.close()
    assert (draft.key, draft.kind, draft.at, draft.is_new) == (key, "resident", NOW, True)
    assert draft.values == {"name": "王建国", "phones": ["19900012345"]}
    assert "王建国" not in repr(draft)


def test_the_last_state_of_a_draft_counts(vault: Vault) -> None:
    drafts = Drafts(vault.engine)
    drafts.keep("visit", "v1", {"needs": "路"}, NOW)
    drafts.keep("visit", "v1", {"needs": "路灯不亮"}, NOW)
    assert [d.values["needs"] for d in drafts.all("visit")] == ["路灯不亮"]
    assert drafts.all("resident") == []


def test_taking_a_draft_keeps_it_until_it_is_dropped(vault: Vault) -> None:
    drafts = Drafts(vault.engine)
    drafts.keep("visit", "v1", {"needs": "路"}, NOW)
    assert drafts.take("v1") == drafts.take("v1")
    drafts.drop("v1")
    assert drafts.take("v1") is None


def test_a_draft_that_does_not_fit_says_so_and_the_former_one_stays(vault: Vault) -> None:
    drafts = Drafts(vault.engine)
    drafts.keep("visit", "v1", {"needs": "路"}, NOW)
    with vault.engine.connect() as link:
        link.exec_driver_sql("PRAGMA max_page_count=1")
    with pytest.raises(NoSpace):
        drafts.keep("visit", "v1", {"needs": "x" * 100_000}, NOW)
    assert drafts.all()[0].values == {"needs": "路"}


def test_the_trail_tells_who_took_what_and_why(vault: Vault) -> None:
    trail = Trail(vault.engine)
    trail.add(Step(NOW, "张敏", Act.PRINT, "《走访台账》", persons=120))
    trail.add(Step(NOW, "张敏", Act.EXPORT, "居民名册", persons=9, full=True, why="民政复核"))
    newest, oldest = trail.steps()
    assert newest.words == "导出 居民名册，9 人，完整号码，民政复核"
    assert oldest == Step(NOW, "张敏", Act.PRINT, "《走访台账》", persons=120)
    assert trail.steps(since=datetime(2026, 11, 23)) == []


@pytest.mark.parametrize("statement", ["UPDATE trail SET who = 'nobody'", "DELETE FROM trail"])
def test_nobody_rewrites_the_trail(vault: Vault, statement: str) -> None:
    Trail(vault.engine).add(Step(NOW, "张敏", Act.UNMASK, "居民"))
    with pytest.raises(IntegrityError, match="only grows"), vault.engine.begin() as link:
        link.execute(text(statement))
    assert len(Trail(vault.engine).steps()) == 1


def test_the_last_backups_are_kept_and_older_ones_go(vault: Vault, tmp_path: Path) -> None:
    made = [backup.back_up(vault, NOW.replace(minute=m), keep=2) for m in (1, 2, 3)]
    assert backup.copies(vault.path) == [made[2], made[1]]
    assert not [p for p in made[0].parent.iterdir() if p.name.startswith(made[0].name)]


def test_two_backups_within_a_second_are_two_backups(vault: Vault) -> None:
    assert backup.back_up(vault, NOW) != backup.back_up(vault, NOW)
    assert len(backup.copies(vault.path)) == 2


def test_a_backup_is_restored_where_the_vault_was(vault: Vault) -> None:
    Drafts(vault.engine).keep("visit", "v1", {}, NOW)
    copy = backup.back_up(vault, NOW)
    with pytest.raises(Unfit):
        backup.restore(copy, vault.path, WORDS)
    vault.close()
    vault.path.unlink()
    with pytest.raises(WrongPassphrase):
        backup.restore(copy, vault.path, "something else")
    backup.restore(copy, vault.path, WORDS)
    again = Vault.open(vault.path, WORDS)
    assert len(Drafts(again.engine).all()) == 1
    again.close()
