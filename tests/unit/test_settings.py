from dataclasses import fields, replace
from pathlib import Path

import pytest

from gridclient import i18n, paths, settings
from gridclient.errors import NoSpace
from gridclient.settings import Settings


def test_settings_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.json"
    mine = Settings(theme="dark", scale=150, unit="梧桐社区", large_print=True)
    settings.save(mine, path)
    assert settings.load(path) == mine
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]


def test_every_setting_is_declared_once() -> None:
    assert set(settings.BY_NAME) == {f.name for f in fields(Settings)} - {"unknown"}
    assert all(f.check(getattr(Settings(), f.name)) is None for f in settings.FIELDS)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"scale": 5}', '{"scale": "150"}', '{"theme": "pink"}']
)
def test_unreadable_settings_fall_back_to_the_usual_ones(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, "utf-8")
    assert settings.load(path) == Settings()


def test_settings_of_a_newer_program_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"scale": 120, "something_new": [1]}', "utf-8")
    settings.save(replace(settings.load(path), theme="dark"), path)
    assert '"something_new"' in path.read_text("utf-8")
    assert settings.load(path).scale == 120


def test_a_value_out_of_bounds_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="200"):
        Settings().with_value("scale", 500)
    assert Settings().with_value("scale", 110).scale == 110


def test_settings_that_cannot_be_saved_say_so(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder should be")
    with pytest.raises(NoSpace):
        settings.save(Settings(), tmp_path / "config" / "settings.json")


def test_one_folder_may_hold_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.HOME, str(tmp_path))
    assert paths.vault_file() == tmp_path / "data" / "grid.vault"
    assert paths.settings_file() == tmp_path / "config" / "settings.json"
    assert paths.log_folder() == tmp_path / "log"


def test_without_a_choice_the_system_s_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(paths.HOME, raising=False)
    assert paths.NAME in str(paths.data_folder())


def test_the_program_finds_its_own_files() -> None:
    assert paths.resource("icons/home.svg").read_text("utf-8").startswith("<svg")
    with paths.resource_path("icons/home.svg") as path:
        assert path.is_file()


def test_chinese_is_spoken_where_there_is_no_catalogue() -> None:
    assert i18n.choose("xx_YY") == i18n.SOURCE
    assert i18n._("同步") == "同步"
    assert i18n.plural("一户", "多户", 2)
