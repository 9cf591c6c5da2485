"""A centre as it is deployed: `gridhub serve` in a process of its own, or several, on a file or on PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import os
from pathlib import Path
import subprocess

from tests.bench.ours import ACCOUNT, PASSWORD
from tests.bench.process import PYTHON, ROOT, Running, running
from tests.bench.records import COMMUNITY

READY = r"(http://\S+)"
_SETTINGS = {"GRIDHUB_SECRET": "3fY0pUq8wZ-vR5nK2xTb7LcJ9aHd4GmE", "GRIDHUB_PASSWORD": PASSWORD}  # invented
_GRIDHUB = [PYTHON, "-m", "sync.server"]


@contextmanager
def served(
    folder: Path, database: str, *, workers: int = 1, people: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """A centre with one account that sees the whole community, and grid workers: ``people`` maps a name to a grid."""
    settings = _SETTINGS | {"GRIDHUB_DATABASE": database}
    _add(ACCOUNT, "clerk", COMMUNITY, settings)
    for name, grid in (people or {}).items():
        _add(name, "grid_worker", grid, settings)
    serve = [*_GRIDHUB, "serve", "--port", "0", *(["--workers", str(workers)] if workers > 1 else [])]
    with running(serve, READY, log=folder / "centre.log", environment=settings) as hub:
        yield hub


def _add(name: str, role: str, areas: str, settings: dict[str, str]) -> None:
    add = [*_GRIDHUB, "account", "add", name, "--role", role, "--areas", areas]
    subprocess.run(add, check=True, capture_output=True, cwd=ROOT, env=os.environ | settings)
