"""Who is measured: each serves a centre from a process of its own and has a program that plays the laptops."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any, Literal

from tests.bench import centre
from tests.bench.peers import fetched
from tests.bench.pressure import WORKERS
from tests.bench.process import PYTHON, ROOT, Running, answer_of, running
from tests.bench.records import invented, values_of

ADDRESS = r"(http://\S+)"
LAPTOPS = 20
Database = Callable[[], AbstractContextManager[str]]
Figures = dict[str, float]


@dataclass(frozen=True)
class Contender:
    """``serve`` opens a centre in a folder; ``laptop`` is the command that measures; ``stock`` makes what it starts from."""

    name: str
    serve: Callable[[Path], AbstractContextManager[Running]]
    laptop: list[str]
    stock: Callable[[Path, int], None]
    kind: Literal["floor", "ours", "peer"]

    def measure(self, folder: Path, size: int, *, crowd: bool) -> Figures:
        """One run from an empty centre: seconds, bytes and megabytes; ``crowd`` adds the twenty laptops."""
        self.stock(folder.parent, size)
        with self.serve(folder) as hub:
            found: Figures = answer_of([*self.laptop, "phases", str(folder), str(size), hub.said])
            found |= {"memory_centre": hub.peak(), "seconds_centre": hub.seconds()}
            if crowd:
                found |= answer_of([*self.laptop, "together", str(folder), str(LAPTOPS), hub.said])
        return found


def ours(name: str, database: Database | None = None) -> Contender:
    """Real laptops and `gridhub serve`, on a file or on a PostgreSQL database."""

    @contextmanager
    def serve(folder: Path) -> Iterator[Running]:
        with _place(folder, database) as place, centre.served(folder, place) as hub:
            yield hub

    return Contender(name, serve, _module("ours"), _prepared("ours", "vault"), "ours")


def floor(name: str, database: Database | None = None) -> Contender:
    """The same bytes over the same HTTP, one bulk write on either side."""

    @contextmanager
    def serve(folder: Path) -> Iterator[Running]:
        with _place(folder, database) as place:
            command = [*_module("floor_server"), place]
            with running(command, ADDRESS, log=folder / "centre.log") as hub:
                yield hub

    return Contender(name, serve, _module("floor"), _prepared("floor", "db"), "floor")


def anki() -> Contender:
    """Anki's sync server and client; Absent when it cannot be installed."""
    python = fetched.anki()

    @contextmanager
    def serve(folder: Path) -> Iterator[Running]:
        settings = {
            "SYNC_USER1": "clerk:tong-guo",
            "SYNC_USER2": "whole:tong-guo",
            "SYNC_BASE": str(folder / "centre"),
            "SYNC_HOST": "127.0.0.1",
            "SYNC_PORT": "0",
        }
        command, log = [python, "-m", "anki.syncserver"], folder / "centre.log"
        with running(command, r"(127\.0\.0\.1:\d+)", log=log, environment=settings) as hub:
            yield Running(hub.pid, f"http://{hub.said}/")

    return Contender("Anki", serve, [python, "-m", "tests.bench.peers.anki_laptop"], _written, "peer")


def pouch() -> Contender:
    """PouchDB at both ends; Absent when it cannot be installed."""
    node, packages = fetched.pouch()
    own = ROOT / "tests" / "bench" / "peers"

    @contextmanager
    def serve(folder: Path) -> Iterator[Running]:
        (folder / "centre").mkdir()
        command = [node, str(own / "pouch_centre.mjs"), packages, str(folder / "centre")]
        with running(command, ADDRESS, log=folder / "centre.log") as hub:
            yield hub

    return Contender("PouchDB", serve, [node, str(own / "pouch_laptop.mjs"), packages], _written, "peer")


def pressure(folder: Path, database: Database | None, workers: int) -> float:
    """Exchanges of sixty edits a second that so many worker processes of `gridhub serve` take together."""
    with (
        _place(folder, database) as place,
        centre.served(folder, place, workers=workers, people=WORKERS) as hub,
    ):
        return float(answer_of([*_module("pressure"), hub.said])["exchanges"])


@contextmanager
def _place(folder: Path, database: Database | None) -> Iterator[str]:
    if database is None:
        yield str(folder / "centre.db")
        return
    with database() as url:
        yield url


def _module(name: str) -> list[str]:
    return [PYTHON, "-m", f"tests.bench.{name}"]


def _prepared(module: str, ending: str) -> Callable[[Path, int], None]:
    def make(stock: Path, size: int) -> None:
        if not (stock / f"full-{size}.{ending}").exists():
            answer_of([*_module(module), "prepare", str(stock), str(size)])

    return make


def _written(stock: Path, size: int) -> None:
    path = stock / f"records-{size}.json"
    if not path.exists():
        values: list[dict[str, Any]] = values_of(invented(size))
        path.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
