"""The walls of the house: what may import what, how large a thing may grow, what may not be named."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
ADDRESS = re.compile(r"https?://")
TEXT_SUFFIXES = {
    ".cfg",
    ".csv",
    ".md",
    ".py",
    ".service",
    ".sh",
    ".spec",
    ".svg",
    ".toml",
    ".yaml",
    ".yml",
    ".lock",
    "",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> list[Path]:
    """Every Python file below the folders, in a stable order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def product() -> list[Path]:
    return sources("gridclient", "sync", "resources")


@cache
def trees() -> list[tuple[str, ast.Module]]:
    """The product's files as the parser reads them, with their places; kept, since many rules ask."""
    return [(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in product()]


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


@cache
def names(tree: ast.Module) -> set[str]:
    """Every name and attribute the module uses or imports."""
    spoken = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name"}
    return {getattr(node, spoken[type(node)]) for node in ast.walk(tree) if type(node) in spoken}


def length(function: Function) -> int:
    """Lines of the function without its docstring: explaining more is never punished."""
    explained = function.body[0].end_lineno if ast.get_docstring(function) else None
    docstring = explained - function.body[0].lineno + 1 if explained else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def started_alone(module: str) -> set[str]:
    """Import one module in a fresh interpreter; the top-level packages that came along."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def tracked_files() -> list[Path]:
    """What git knows of; skips where there is no git, or no checkout of it."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_import_goes_the_agreed_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "200"}
    done = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert done.returncode == 0, done.stdout[-6000:]


@pytest.mark.parametrize(
    "module",
    [
        "gridclient.cli",
        "gridclient.records",
        "gridclient.rules",
        "gridclient.store",
        "gridclient.ledger",
        "sync",
    ],
)
def test_what_has_no_window_starts_without_qt_and_without_the_server(module: str) -> None:
    if find_spec(module) is None:
        pytest.skip(f"{module} is not built yet")

    assert not started_alone(module) & {"PySide6", "shiboken6", "qasync", "fastapi", "uvicorn", "psycopg"}


def test_colour_ends_at_the_window() -> None:
    allowed = ("gridclient/ui/", "gridclient/app.py", "sync/server/")
    asynchronous = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        if not path.startswith(allowed)
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]

    assert asynchronous == []


@pytest.mark.parametrize("name", ["QTableWidget", "QSortFilterProxyModel", "asyncClose"])
def test_what_we_do_without_stays_out(name: str) -> None:
    assert [path for path, tree in trees() if name in names(tree)] == []


def test_the_program_speaks_on_its_screens_and_in_its_log() -> None:
    printing = [
        f"{path}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]

    assert printing == []


def test_no_file_outgrows_a_readers_patience() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in [*product(), *sources("tests", "packaging")]
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_outgrows_a_screen() -> None:
    long = {
        f"{path}:{function.lineno} {function.name}": length(function)
        for path, tree in trees()
        for function in functions(tree)
        if length(function) > LONGEST_FUNCTION
    }

    assert long == {}


def test_packaging_is_a_folder_and_not_a_package() -> None:
    # With an __init__.py it would hide the PyPI library of that name from pip, pytest and PyInstaller.
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("lock", sorted((ROOT / "packaging").glob("*.lock")), ids=lambda path: path.stem)
def test_a_lock_pins_hashes_and_names_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    pinned = re.findall(r"^([a-z][\w.-]*(?:\[[\w,-]+\])?)==", text, re.MULTILINE)

    assert not ADDRESS.search(text)
    assert len(pinned) > 20
    assert len(re.findall(r"^\S+==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(pinned)


def test_nothing_names_the_place_it_was_made_in() -> None:
    places = re.compile(r"\.\./shared|/" + "work/")
    naming = [
        path.relative_to(ROOT).as_posix()
        for path in tracked_files()
        if path.suffix in TEXT_SUFFIXES and places.search(path.read_text("utf-8", errors="ignore"))
    ]

    assert naming == []


def test_a_key_is_given_to_a_widget_in_one_place() -> None:
    """PySide drops the context of ``QShortcut(key, parent, callable, context=…)``: the key would be the whole window's."""
    whole_window = {"main_window.py", "messages.py", "parts.py"}
    files = [
        path for path in (ROOT / "gridclient" / "ui").glob("*.py") if "QShortcut(" in path.read_text("utf-8")
    ]

    assert {path.name for path in files} <= whole_window
