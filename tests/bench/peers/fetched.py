"""The peers' own programs, put into build/ at bench time; whoever cannot be had is left out with a reason."""

import hashlib
from pathlib import Path
import shutil
import subprocess
import sys

from tests.bench.process import ROOT

WHERE = ROOT / "build" / "bench"
_OWN = Path(__file__).parent
_LOCK = ROOT / "packaging" / "requirements-bench.lock"


class Absent(Exception):
    """A peer cannot be had on this machine; the text says why."""


def anki() -> str:
    """The Python that has Anki."""
    folder = WHERE / "anki"
    python = folder / "bin" / "python"
    if _fresh(folder, _LOCK):
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(folder))
        pip = ("-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--only-binary", ":all:")
        _run(str(python), *pip, "--require-hashes", "--requirement", str(_LOCK))
        _seal(folder, _LOCK)
    return str(python)


def pouch() -> tuple[str, str]:
    """Node, and the folder into which PouchDB and its server were installed."""
    folder, lock = WHERE / "pouch", _OWN / "package-lock.json"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Absent("没有 Node.js 和 npm")
    if _fresh(folder, lock):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_OWN / name, folder)
        # No package may run a script of its own; LevelDB comes built.
        _run(
            npm,
            "ci",
            "--prefix",
            str(folder),
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        )
        _seal(folder, lock)
    return node, f"{folder}/"


def _fresh(folder: Path, lock: Path) -> bool:
    """True when the folder was not made from this very lock."""
    seal = folder / "made-from"
    return not seal.exists() or seal.read_text() != _sum(lock)


def _seal(folder: Path, lock: Path) -> None:
    (folder / "made-from").write_text(_sum(lock))


def _sum(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise Absent(words[-1][:160] if words else f"{Path(command[0]).name} 失败")
