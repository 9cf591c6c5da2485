"""The documents say what is true now."""

from pathlib import Path
import re
import subprocess
import sys

import pytest

from gridclient.fields import RECORDS
import gridclient.records  # noqa: F401 - declares every kind
from gridclient.rules.measures import MEASURES

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")

documented = pytest.mark.skipif(not DOCS.is_dir(), reason="docs/ is not written yet")


def packages() -> list[str]:
    """The folders with code a newcomer will ask about, as ``gridclient/ui``."""
    inner = [path.parent for root in ("gridclient", "sync") for path in (ROOT / root).glob("*/__init__.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in inner)


def help_text() -> str:
    return subprocess.run(
        ["make", "--silent", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@documented
@pytest.mark.parametrize("name", ["architecture.md", "records.md"])
def test_the_document_exists(name: str) -> None:
    assert (DOCS / name).read_text("utf-8").startswith("# ")


@documented
def test_the_architecture_names_every_package() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")

    assert [package for package in packages() if f"{package.rpartition('/')[2]}" not in text] == []


@documented
@pytest.mark.skipif(
    not (ROOT / "gridclient/records/__main__.py").exists(), reason="the generator is not written yet"
)
def test_the_list_of_records_is_what_the_declarations_say() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "gridclient.records"], cwd=ROOT, capture_output=True, check=True
    )

    assert made.stdout.decode() == (DOCS / "records.md").read_text("utf-8"), "run `make docs`"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", README))))
def test_a_command_in_the_readme_is_explained_by_make_help(target: str) -> None:
    assert re.search(rf"^  make {target} +\S", help_text(), re.MULTILINE)


def test_make_help_explains_every_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))

    assert set(re.findall(r"^  make (\w+)", help_text(), re.MULTILINE)) == targets


@pytest.mark.parametrize(
    "document", sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]), ids=lambda path: path.name
)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_figure_is_explained_as_it_is_counted() -> None:
    told = (DOCS / "figures.md").read_text("utf-8").splitlines()

    rows = [f"| {m.family} | {m.words} | {m.unit} | {m.says} |" for m in MEASURES]
    assert [line for line in told if line.startswith("| ")][1:] == rows


def test_the_version_is_the_same_everywhere() -> None:
    import gridclient

    project = (ROOT / "pyproject.toml").read_text("utf-8")

    assert f'version = "{gridclient.__version__}"' in project


def test_every_kind_has_its_word_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")

    missing = [
        s.table.__name__ for s in RECORDS.values() if f"| `{s.table.__name__}` | {s.title} |" not in glossary
    ]

    assert not missing
