"""Programs measured from outside: started, asked for one JSON answer, weighed, and ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
import json
import os
from pathlib import Path
import re
import subprocess
import sys
import time
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
START_S = 30


class Failed(Exception):
    """A program ended with an error, or said something else than expected; its last words are the text."""


@contextmanager
def running(
    command: list[str], ready: str, *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator["Running"]:
    """A server that has printed a line matching ``ready``; ended with the block. Failed when it ends before that."""
    with log.open("wb") as said:  # not a pipe: what nobody reads would stop a talkative server
        program = subprocess.Popen(
            command, stdout=said, stderr=said, cwd=ROOT, env=os.environ | dict(environment or {})
        )
    try:
        yield Running(program.pid, _awaited(program, ready, log))
    finally:
        program.terminate()
        try:
            program.wait(15)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


class Running:
    """A server at work; ``said`` is what its ready line gave (an address, or a port)."""

    def __init__(self, pid: int, said: str) -> None:
        self.pid, self.said = pid, said

    def peak(self) -> float:
        """The most memory it has held, in MB; 0 where the system does not tell."""
        return peak(self.pid)

    def seconds(self) -> float:
        """Processor seconds it has used; 0 where the system does not tell."""
        with suppress(OSError):
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0


def answer_of(
    command: list[str], *, timeout_s: float = 240, environment: Mapping[str, str] | None = None
) -> Any:
    """The JSON in the last line a program prints; Failed with its last words otherwise."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            cwd=ROOT,
            env=os.environ | dict(environment or {}),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"no answer within {timeout_s:.0f} s") from error
    if done.returncode:
        raise Failed(done.stderr[-1500:].strip() or f"exit code {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def peak(pid: int | str = "self") -> float:
    """The most memory a process has held, in MB; 0 where the system does not tell."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(found.group(1)) / 1024 if found else 0.0
    return 0.0


def fresh_peak() -> None:
    """Forget the most memory this process has held until now, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _awaited(program: "subprocess.Popen[bytes]", ready: str, log: Path) -> str:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if found := re.search(ready, log.read_text(errors="replace")):
            return found.group(1)
        if program.poll() is not None:
            break
        time.sleep(0.02)
    raise Failed(log.read_text(errors="replace")[-1500:])
