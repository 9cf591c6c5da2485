"""Programs that are killed at a statement: ``python -m tests.server.doomed`` reads one errand a line from its input.

Each errand is done by a copy of this process, made by fork, which counts the statements and commits of its databases
and sends itself SIGKILL before the one chosen: no ``finally`` runs, no buffer is written. The answer is one line:
``killed`` or ``done``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import json
import os
from pathlib import Path
import signal
import subprocess
import sys
import traceback
from typing import Any

import msgspec
from sqlalchemy import event

from gridclient.store.vault import LIGHT, Vault
from sync.engine import Engine
from sync.protocol import Exchange
from sync.replica import Replica
from tests.server.centre import opened
from tests.sync.toys import KINDS, ToyHouse, ToyPerson

PASSPHRASE = "一句只在测试里用的口令"


class Fate:
    """SIGKILL before statement or commit number ``left`` of the databases given to it."""

    def __init__(self, left: int) -> None:
        self.left = left

    def over(self, database: Any) -> None:
        event.listen(database, "before_cursor_execute", self._count)
        event.listen(database, "commit", self._count)

    def _count(self, *_statement: Any) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def a_round(errand: dict[str, Any], fate: Fate) -> None:
    """A laptop and the centre on its own file exchange everything; either may be the one that dies."""
    room = Path(errand["room"])
    with opened(room) as hub:
        vault, replica = laptop(room)
        fate.over(hub.engine)
        fate.over(vault.engine)
        Engine(replica, hub, errand["token"]).round()


def a_save(errand: dict[str, Any], fate: Fate) -> None:
    """A house and who lives there are saved together, and a roster is imported."""
    vault, replica = laptop(Path(errand["room"]))
    fate.over(vault.engine)
    replica.save(ToyHouse(area=errand["area"], name="一起"), ToyPerson(area=errand["area"], name="存下"))
    replica.import_many([ToyPerson(area=errand["area"], name=f"名单{n}") for n in range(3)])


def an_exchange(errand: dict[str, Any], fate: Fate) -> None:
    """A centre takes in what a laptop sends."""
    with opened(Path(errand["room"]), url=errand["url"]) as hub:
        fate.over(hub.engine)
        hub.exchange(errand["token"], msgspec.convert(errand["request"], Exchange))


ERRANDS: dict[str, Callable[[dict[str, Any], Fate], None]] = {
    errand.__name__: errand for errand in (a_round, a_save, an_exchange)
}


def laptop(room: Path, account: str = "wang") -> tuple[Vault, Replica]:
    """The laptop whose vault lies in this folder; made when there is none."""
    path = room / f"{account}.vault"
    vault = Vault.open(path, PASSPHRASE) if path.exists() else Vault.create(path, PASSPHRASE, LIGHT)
    return vault, Replica(vault.engine, KINDS, author=account)


@contextmanager
def doomed() -> Iterator[Callable[..., str]]:
    """Run errands: ``send(name, at, **errand)`` says whether the process was killed, at statement ``at``, or done."""
    command = [sys.executable, "-m", "tests.server.doomed"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        heard = program.stdout

        def send(name: str, at: int, **errand: Any) -> str:
            print(json.dumps({"name": name, "at": at, **errand}), file=program.stdin, flush=True)
            return heard.readline().strip()

        yield send
        program.stdin.close()


def _do(errand: dict[str, Any]) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        ERRANDS[errand["name"]](errand, Fate(errand["at"]))
    except BaseException:  # noqa: BLE001 - the copy ends here, whatever happened
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        ended = _do(json.loads(line))
        killed = os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGKILL
        print("killed" if killed else "done" if ended == 0 else "failed", flush=True)


if __name__ == "__main__":
    main()
