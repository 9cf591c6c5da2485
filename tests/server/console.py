"""The centre as people run it: typed commands, and a process of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
import subprocess
import sys

from typer.testing import CliRunner, Result

from sync.server.__main__ import app
from sync.server.console.serving import READY
from tests.server.centre import COMMUNITY


def run(*words: str, typed: str = "") -> Result:
    """Type a command, and what it asks for."""
    return CliRunner().invoke(app, words, input=typed, catch_exceptions=False)


@contextmanager
def started(*options: str, serve: Sequence[str] = ()) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A centre with one account, at work: the address it said, and its process. ``serve`` is for that command alone."""
    added = run("account", "add", "wang", "--role", "grid_worker", "--areas", COMMUNITY, *options)
    assert added.exit_code == 0, added.output
    command = [sys.executable, "-m", "sync.server", "serve", "--port", "0", *options, *serve]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith(READY), process.stderr.read() if process.stderr else ""
            yield line.removeprefix(READY).strip(), process
        finally:
            process.kill()
