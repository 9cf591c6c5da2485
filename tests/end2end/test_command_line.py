"""The command line over real vaults: what a script or a machine without a screen relies on."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import zipfile

from click.testing import Result
from openpyxl import load_workbook
from pypdf import PdfReader
import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from gridclient import cli
from gridclient.desk import Desk
from gridclient.errors import GridError
from gridclient.exchange.mapping import Mapping, matched, to_file
from gridclient.exchange.reader import read
from gridclient.ledger.wanted import period_wanted
from gridclient.store.vault import LIGHT
from gridclient.trust import authority
from sync.errors import Refused, Revoked, SyncError, Untrusted
from sync.server import tables
from sync.server.database import reading
from sync.server.hub import SqlHub
from tests.server import centre
from tests.support import certificates
from tests.unit.exchange.workbooks import book, numbered, person, population

SAMPLE = Path(__file__).parents[2] / "resources" / "sample"
HOME = "519905001001"
PASSPHRASE = "一句只在测试里用的口令"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command over the vault of this test, as ``main`` does, its sentence for an expected failure included."""
    monkeypatch.setenv("GRIDCLIENT_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    vault = tmp_path / "a.vault"
    Desk.create(vault, PASSPHRASE, home=HOME, cost=LIGHT).close()

    def go(*arguments: str | Path, **kwargs: object) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(cli.app, [words[0], "--vault", str(vault), *words[1:]], **kwargs)  # type: ignore[arg-type]

    return go


@pytest.fixture
def filled(run: Run) -> Run:
    assert run("import", *sorted(SAMPLE.glob("*.xlsx"))).exit_code == 0
    return run


def _figures(run: Run) -> dict[str, int]:
    found: dict[str, int] = json.loads(run("figures", "--json").stdout)
    return found


def test_the_sample_is_imported_whole_and_a_second_time_changes_nothing(filled: Run) -> None:
    before = _figures(filled)

    again = filled("import", "--json", *sorted(SAMPLE.glob("*.xlsx")))

    written = [one["written"] for one in json.loads(again.stdout)]
    assert all(not w["created"] and not w["updated"] for w in written)
    assert _figures(filled) == before
    assert (before["buildings"], before["residents"], before["visits"]) == (3, 251, 60)


def test_a_vault_is_made_where_there_is_none(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "new.vault"

    assert run("figures", "--vault", other, "--json").exit_code == 0
    assert other.exists()
    assert other.with_name("new.vault.key").exists()


def test_a_rehearsal_writes_nothing(run: Run) -> None:
    told = json.loads(run("import", "--dry-run", "--json", SAMPLE / "实有人口一张表.xlsx").stdout)

    assert told["counts"]["rows_read"] == 251
    assert told["written"] is None
    assert _figures(run)["residents"] == 0


def test_columns_that_are_not_collected_are_named(filled: Run) -> None:
    told = json.loads(filled("import", "--dry-run", "--json", SAMPLE / "实有人口一张表.xlsx").stdout)

    assert "宗教信仰" in [column["header"] for column in told["left_out"]]


def test_a_ledger_is_the_same_in_pdf_and_workbook(filled: Run, tmp_path: Path) -> None:
    pdf, book = tmp_path / "a.pdf", tmp_path / "a.xlsx"

    assert filled("ledger", "常住人口台账", "--out", pdf).exit_code == 0
    assert filled("ledger", "residents", "--out", book).exit_code == 0

    printed = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    cells = {
        str(cell) for row in load_workbook(book).active.iter_rows(values_only=True) for cell in row if cell
    }  # type: ignore[union-attr]
    masked = [cell for cell in cells if cell.startswith("519905")]
    assert len(masked) == 251
    assert all("********" in cell and cell in printed for cell in masked)


def test_a_frozen_ledger_is_printed_again_by_its_number_word_for_word(filled: Run, tmp_path: Path) -> None:
    first, again = tmp_path / "定稿.pdf", tmp_path / "重印.pdf"
    frozen = filled("ledger", "visits", "--freeze", "王小敏", "--out", first)
    assert frozen.exit_code == 0
    number = frozen.stderr.split()[-1]

    assert filled("ledger", "--frozen", number.lower(), "--out", again).exit_code == 0

    texts = [[page.extract_text() for page in PdfReader(file).pages] for file in (first, again)]
    assert texts[0] == texts[1]
    assert number in texts[0][0]
    assert "制表人：王小敏" in texts[0][-1].replace(" ", "")
    unknown = filled("ledger", "--frozen", "TZ1999-0001", "--out", again)
    assert isinstance(unknown.exception, GridError)


def test_a_script_learns_what_was_printed(filled: Run, tmp_path: Path) -> None:
    known = json.loads(filled("ledger", "--json").stdout)
    told = json.loads(filled("ledger", "visits", "--out", tmp_path / "a.xlsx", "--json").stdout)

    assert known["visits"] == "入户走访台账"
    assert (told["rows"], told["masked"]) == (60, True)


def test_full_numbers_need_a_reason(filled: Run, tmp_path: Path) -> None:
    out = tmp_path / "full.xlsx"

    filled("ledger", "residents", "--out", out, "--why", "核对户籍")

    cells = [
        str(cell) for row in load_workbook(out).active.iter_rows(values_only=True) for cell in row if cell
    ]  # type: ignore[union-attr]
    assert not any("****" in cell for cell in cells)


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"not a workbook", "表"), (b"PK\x03\x04 cut short", "不完整"), (b"", "空")]
)
def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(
    run: Run, tmp_path: Path, content: bytes, sentence: str
) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(content)

    said = run("import", broken)
    told = json.loads(run("import", "--dry-run", "--json", broken).stdout)

    assert said.exit_code == 1
    assert sentence in said.stderr
    assert (told["counts"]["rows_read"], len(told["issues"]), said.stdout) == (0, 1, "")
    assert sentence in told["refused"]


def test_a_truncated_workbook_imports_no_row(run: Run, tmp_path: Path) -> None:
    whole = (SAMPLE / "实有人口一张表.xlsx").read_bytes()
    cut = tmp_path / "断.xlsx"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(cut)
    assert run("import", cut, SAMPLE / "楼宇信息登记表.xlsx").exit_code == 1
    assert _figures(run)["residents"] == 0
    assert _figures(run)["buildings"] > 0


def test_a_wrong_passphrase_is_told_and_harms_nothing(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _figures(filled)
    with monkeypatch.context() as other:
        other.setenv("GRIDCLIENT_PASSPHRASE", "不对的口令")
        error = filled("figures").exception

    assert isinstance(error, GridError)
    assert "口令" in error.title
    assert _figures(filled) == before


def test_an_unreachable_centre_is_told_and_everything_stays(filled: Run) -> None:
    error = filled(
        "sync", "--url", "http://127.0.0.1:9", "--account", "somebody", env={"GRIDCLIENT_PASSWORD": "x"}
    ).exception

    assert isinstance(error, SyncError)
    assert error.title
    assert _figures(filled)["residents"] == 251


@pytest.fixture
def centre_(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as hub:
        centre.add(hub, "wang", HOME)
        yield hub


def test_a_script_names_the_offices_certificate_once_and_learns_the_bytes(
    run: Run, centre_: SqlHub, tmp_path: Path
) -> None:
    office = certificates.office()
    certificate, key = certificates.centre(office, tmp_path)
    ca = tmp_path / "ca.pem"
    ca.write_bytes(office.pem)
    password = {"GRIDCLIENT_PASSWORD": centre.PASSWORD}

    with centre.served(centre_, ssl_certfile=certificate, ssl_keyfile=key) as address:
        signing = ("sync", "--url", address.removeprefix("https://"), "--account", "wang")
        unknown = run(*signing, env=password).exception
        told = run(*signing, "--ca", ca, env=password)
        ca.unlink()
        later = json.loads(run("sync", "--json").stdout)

    assert isinstance(unknown, Untrusted)
    assert told.exit_code == 0
    assert authority(office.pem).fingerprint in told.stdout
    assert later["agreed"]
    assert 0 < later["sent"] < 400
    assert later["received"] > 0


def test_a_script_sends_nothing_over_a_line_others_can_read(run: Run) -> None:
    told = run("sync", "--url", "http://192.0.2.1:9", "--account", "wang", env={"GRIDCLIENT_PASSWORD": "x"})

    assert isinstance(told.exception, Refused)
    assert "没有加密" in told.exception.title


def test_a_script_of_a_withdrawn_laptop_hands_in_and_leaves_nothing(
    run: Run, centre_: SqlHub, tmp_path: Path
) -> None:
    with centre.served(centre_) as address:
        signing = ("sync", "--url", address, "--account", "wang")
        run(*signing, env={"GRIDCLIENT_PASSWORD": centre.PASSWORD})
        assert run("import", SAMPLE / "楼宇信息登记表.xlsx").exit_code == 0
        centre_.accounts().revoke(centre_.accounts().devices("wang")[0].id)
        error = run("sync").exception

    assert isinstance(error, Revoked)
    assert "已经清除" in error.advice
    with reading(centre_.engine) as db:
        assert db.execute(select(func.count()).select_from(tables.sealed)).scalar_one() >= 3
    assert list(tmp_path.glob("a.vault*")) == []


def test_an_unknown_ledger_and_a_bad_period_are_told(filled: Run, tmp_path: Path) -> None:
    for arguments in (
        ["ledger", "没有的台账", "--out", tmp_path / "x.pdf"],
        ["ledger", "residents", "--out", tmp_path / "x.doc"],
        ["ledger", "visits", "--period", "上个月", "--out", tmp_path / "x.pdf"],
        ["ledger", "residents", "--scope", "没有这栋", "--out", tmp_path / "x.pdf"],
    ):
        assert isinstance(filled(*arguments).exception, GridError)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-09-01..2026-10-31", "2026-09-01", "2026-10-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    period = period_wanted(text)

    assert period is not None
    assert [day.isoformat() for day in period] == [first, last]


def test_a_form_for_the_pen_is_printed_blank_or_prefilled(filled: Run, tmp_path: Path) -> None:
    blank, known = tmp_path / "空白.pdf", tmp_path / "预填.pdf"

    assert filled("ledger", "入户走访登记表", "--form", "空白表", "--out", blank).exit_code == 0
    told = json.loads(
        filled(
            "ledger", "visit_form", "--form", "预填表", "--scope", "桃溪苑1栋", "--out", known, "--json"
        ).stdout
    )
    texts = [
        ["".join(page.extract_text().split()) for page in PdfReader(path).pages] for path in (blank, known)
    ]

    assert len(texts[0]) == 1
    assert "桃溪苑1栋" not in texts[0][0]
    assert len(texts[1]) == told["pages"] > 20
    assert all("桃溪苑1栋" in page and "□见面□无人" in page for page in texts[1])
    assert isinstance(filled("ledger", "visits", "--form", "草稿", "--out", blank).exception, GridError)


def test_several_files_and_a_folder_are_written_at_once(filled: Run, tmp_path: Path) -> None:
    one, folder = tmp_path / "一.pdf", tmp_path / "新文件夹"

    about = ("ledger", "入户走访台账", "--scope", "第一网格", "--period", "2026")
    told = filled(*about, "--out", one, "--out", folder, "--json")

    names = [Path(each["file"]).name for each in json.loads(told.stdout)]
    assert names == ["一.pdf", "入户走访台账_2026.pdf", "入户走访台账_2026.xlsx"]
    assert one.read_bytes().startswith(b"%PDF")
    assert all((folder / name).exists() for name in names[1:])


def test_whole_numbers_need_a_reason_and_a_reason_alone_may_stay_masked(filled: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"

    assert isinstance(filled("ledger", "residents", "--full", "--out", out).exception, GridError)
    masked = filled("ledger", "residents", "--masked", "--why", "张贴", "--out", out, "--json")
    full = filled("ledger", "residents", "--full", "--why", "核对", "--out", out, "--json")

    assert [json.loads(each.stdout)["masked"] for each in (masked, full)] == [True, False]


def test_the_figures_of_a_month_are_those_of_its_report(filled: Run, tmp_path: Path) -> None:
    book = tmp_path / "月报.xlsx"
    told = json.loads(filled("figures", "--month", "2026-10", "--scope", "第一网格", "--json").stdout)
    filled("ledger", "社区月报表", "--period", "2026-10", "--scope", "第一网格", "--out", book)

    rows = [row for row in load_workbook(book).active.iter_rows(values_only=True) if row[1]]  # type: ignore[union-attr]
    printed = {(row[1], row[2]): row[3] for row in rows}
    assert told["spans"]["now"] == ["2026-10-01", "2026-10-31"]
    counts = [
        one for one in told["figures"] if one["family"] in ("户", "人口", "走访") and one["unit"] != "%"
    ]
    assert {(one["words"], one["unit"]): one["now"] for one in counts}.items() <= {
        key: int(value) for key, value in printed.items() if str(value).isdigit()
    }.items()
    assert next(one["now"] for one in counts if one["name"] == "homes") > 0
    assert isinstance(filled("figures", "--scope", "第一网格").exception, GridError)


def test_the_commands_of_the_handbook_do_what_it_says(filled: Run, tmp_path: Path) -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "handbook.md").read_text("utf-8")
    lines = [line.split()[1:] for line in handbook.splitlines() if line.startswith("gridclient ")]
    ran = [words for words in lines if words[0] in ("ledger", "figures") and "--frozen" not in words]

    for words in ran:
        vault = words.index("--vault") if "--vault" in words else len(words)
        asked = [*words[:vault], *words[vault + 2 :]]
        outs = [place + 1 for place, word in enumerate(asked) if word == "--out"]
        for place in outs:
            asked[place] = str(tmp_path / asked[place])
        assert filled(*asked).exit_code == 0, words
        assert all(Path(asked[place]).exists() for place in outs), words
    assert len(ran) >= 7


def test_an_import_moves_nobody_without_an_answer(run: Run, tmp_path: Path) -> None:
    number = numbered(1)
    first = population(tmp_path / "a.xlsx", person("赵某", number))
    assert run("import", first).exit_code == 0
    moved = population(tmp_path / "b.xlsx", person("赵某", number, 所属房屋="202", 户号="010100009"))

    asked = run("import", "--json", moved)

    told = json.loads(asked.stdout)
    assert (asked.exit_code, told["unanswered"], told["written"]["updated"]) == (1, 1, {})
    assert [(one["row"], one["moves"]) for one in told["elsewhere"]] == [(3, False)]
    assert "--elsewhere" in run("import", moved).stdout
    assert run("import", "--elsewhere", "overwrite", moved).exit_code == 0
    assert _figures(run)["households"] == 2


def test_a_colleagues_mapping_reads_a_sheet_nobody_knows(run: Run, tmp_path: Path) -> None:
    odd = book(
        tmp_path / "a.xlsx",
        {"摸排": [["家里人", "证号", "住哪里"], ["赵某", numbered(1), "桃苑1栋1单元101室"]]},
    )
    assert json.loads(run("import", "--json", odd).stdout)["issues"][0]["kind"] == "unknown_form"
    (sheet,) = matched(read(odd))
    slots = {"家里人": "resident.name", "证号": "resident.id_number", "住哪里": "address"}
    file = tmp_path / "对应.json"
    file.write_bytes(to_file({sheet.digest: Mapping("people", slots)}))

    assert run("import", "--mapping", file, odd).exit_code == 0
    assert _figures(run)["residents"] == 1
