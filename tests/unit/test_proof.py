"""The page of promises names tests that exist."""

from pathlib import Path
import re

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs" / "proof.md").read_text("utf-8"))


def test_every_promise_names_tests_that_exist() -> None:
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).is_file() or (name and f"def {name}(" not in (ROOT / file).read_text("utf-8"))
    ]

    assert len(NAMED) > 20
    assert not missing


def test_all_fifteen_are_there() -> None:
    page = (ROOT / "docs" / "proof.md").read_text("utf-8")

    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == [str(n) for n in range(1, 16)]
