"""What an office made of a ledger comes back as it was, also by way of a file; what cannot be printed is refused."""

from pathlib import Path

from msgspec.structs import replace
import pytest

from gridclient.desk import Desk
from gridclient.errors import Unfit
from gridclient.ledger.kept import every, free_title, keep, kept, read_file, understood, write_file
from gridclient.ledger.template import Column, Condition, Template, default, named, parse, templates
from gridclient.ledger.written import written
from gridclient.records import KeptLedger
from tests.support.people import desk_at

HEAD = 'kind = "resident"\ntitle = "册"\ncolumns = [{ path = "name" }]\n'


@pytest.fixture
def desk(tmp_path: Path):
    desk = desk_at(tmp_path)
    yield desk
    desk.close()


@pytest.mark.parametrize("template", templates(), ids=lambda t: t.name)
def test_every_ledger_written_down_reads_the_same_and_is_found_sound(template: Template) -> None:
    text = written(template)

    assert parse(text, template.name) == template
    assert understood(text, template.name, template.listed) == template


@pytest.mark.parametrize("words", ['引号"和\\反斜杠', "两\n行\t字", "\x01\x7f控制符", "𠮷田　{}#'''", ""])
def test_any_words_survive_the_file(words: str) -> None:
    template = replace(default("resident"), signatures=(words,), tallies=())

    assert parse(written(template), template.name) == template


def test_what_is_kept_stands_before_the_others_under_its_own_name(desk: Desk) -> None:
    mine = replace(named("residents"), columns=(Column(path="#", label="号"), Column(path="name")))
    desk.replica.save(keep(mine, "第三网格花名册", ""))

    found = every(desk.replica)

    assert found[0].called == "第三网格花名册"
    assert found[0].title == mine.title
    assert found[0].columns == mine.columns
    assert len(found) == len(templates()) + 1


def test_what_a_newer_program_kept_stays_as_it_is_and_is_said_not_to_be_readable(desk: Desk) -> None:
    newer = KeptLedger(title="新式", template=HEAD + "hologram = true\n")
    desk.replica.save(newer)

    (one,) = kept(desk.replica)

    assert one.template is None
    assert "hologram" in one.why
    assert "升级" in one.why
    stored = desk.replica.get(KeptLedger, newer.id)
    assert stored is not None
    assert stored.template == newer.template


def test_a_shared_file_is_called_after_itself(tmp_path: Path) -> None:
    path = tmp_path / "低保户.台账.toml"
    mine = replace(named("residents"), where=(Condition(path="labels", any_of=("hardship",)),))

    write_file(mine, path)
    found = read_file(path)

    assert found.called == "低保户"
    assert found.where == mine.where


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空"),
        ("这不是样式", "TOML"),
        (HEAD + "wings = 2\n", "wings"),
        ('kind = "spaceship"\ntitle = "册"\n', "spaceship"),
        (HEAD.replace('"name"', '"warp"'), "warp"),
        (HEAD.replace("册", " "), "标题"),
        ('kind = "resident"\ntitle = "册"\n', "一栏也没有"),
        ('kind = "resident"\ntitle = "册"\nform = "card"\n', "卡片"),
        (HEAD + 'heading = ["{nobody}"]\n', "花括号"),
        (HEAD + 'heading = ["{"]\n', "花括号"),
        (HEAD + 'tallies = [{ words = "{} 人 {}" }]\n', "合计"),
        (HEAD + 'tallies = [{ words = "{0.__class__}" }]\n', "合计"),
        (HEAD + "paper = { binding = 180 }\n", "页边距"),
        (HEAD + "paper = { margins = [10, nan, 10, 10] }\n", "页边距"),
        (HEAD + "paper = { slips = 0 }\n", "联"),
        (HEAD.replace('"name"', '"name", weight = -1'), "宽度"),
        (HEAD.replace('"name"', '"name", span = 0'), "宽度"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "坏.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Unfit) as refused:
        read_file(path)

    assert said in refused.value.title + refused.value.advice
    assert "坏" in refused.value.title


def test_a_picture_given_as_a_template_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "图.toml"
    path.write_bytes(b"\x89PNG\xff\xfe")

    with pytest.raises(Unfit):
        read_file(path)


def test_a_title_that_is_taken_is_numbered() -> None:
    assert free_title("名册", ["别的"]) == "名册"
    assert free_title("名册", ["名册", "名册（2）"]) == "名册（3）"
