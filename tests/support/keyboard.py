"""A keyboard with a Chinese input method: an X server, a D-Bus and an ibus of their own, and keys sent through them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from ctypes.util import find_library
import os
from pathlib import Path
import select
import shutil
import signal
import subprocess
import time

COMPONENTS = Path("/usr/share/ibus/component")
PROGRAMS = ("Xvfb", "xdotool", "dbus-daemon", "ibus-daemon", "ibus")
LIBRARIES = (
    "xcb-cursor",
    "xcb-icccm",
    "xcb-keysyms",
    "xkbcommon-x11",
)  # Qt's window needs them on an X screen
PATIENCE_S = 30


def missing() -> list[str]:
    """What this machine lacks, by the name it is known by; empty when a Chinese input method can be tried."""
    lacking = [name for name in PROGRAMS if shutil.which(name) is None]
    engines = {"libpinyin.xml": "ibus-libpinyin", "memconf.xml": "ibus-memconf"}
    lacking += [name for file, name in engines.items() if not (COMPONENTS / file).exists()]
    return lacking + [f"lib{name}" for name in LIBRARIES if find_library(name) is None]


class Keyboard:
    """Presses keys on one screen."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)

    def type(self, letters: str) -> None:
        """One key after the other, as fast as a person."""
        self._send("type", "--delay", "40", letters)

    def press(self, *keys: str) -> None:
        """Named keys (``Return``, ``ctrl+Return``), one after the other."""
        self._send("key", "--delay", "40", *keys)

    def _send(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.environment, check=True, timeout=PATIENCE_S)


@contextmanager
def plugged_in(folder: Path) -> Iterator[Keyboard]:
    """A screen nobody sees and a keyboard on it that types pinyin; everything started is ended, the last one first.

    Settings, caches and what the input method learns stay in ``folder``.
    """
    with ExitStack() as stack:
        screen = _told(stack, ["Xvfb", "-displayfd", "{}", "-screen", "0", "1366x768x24", "-nolisten", "tcp"])
        environment = _apart(folder) | {"DISPLAY": f":{screen}"}
        bus = _told(stack, ["dbus-daemon", "--session", "--nofork", "--print-address={}"], environment)
        environment["DBUS_SESSION_BUS_ADDRESS"] = bus
        memory = _program_of(COMPONENTS / "memconf.xml")
        ibus = ["ibus-daemon", "--panel=disable", "--emoji-extension=disable", f"--config={memory}"]
        stack.enter_context(_started(ibus, environment))
        until(lambda: _switched(environment), lambda: "ibus does not offer libpinyin")
        yield Keyboard(environment)


def until(holds: Callable[[], bool], told: Callable[[], str]) -> None:
    """Wait for something other programs do; AssertionError with what is told when it does not come."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(told())
        time.sleep(0.05)


def _apart(folder: Path) -> dict[str, str]:
    """An environment in which nothing of the person who runs the tests is read or written."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    homes = {"HOME": "", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data"}
    places = {name: folder / below for name, below in (homes | {"XDG_RUNTIME_DIR": "run"}).items()}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    spoken = {"LANG": "C.UTF-8", "GSETTINGS_BACKEND": "memory", "QT_IM_MODULE": "ibus"}
    return kept | {name: str(place) for name, place in places.items()} | spoken


def _told(stack: ExitStack, command: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Start a program that writes one line to the descriptor in the place of ``{}``; that line."""
    reads, writes = os.pipe()
    stack.callback(os.close, reads)
    try:
        words = [word.format(writes) for word in command]
        stack.enter_context(_started(words, environment or _bare(), keep=(writes,)))
    finally:
        os.close(writes)
    if not select.select([reads], [], [], PATIENCE_S)[0]:
        raise AssertionError(f"{command[0]} says nothing")
    return os.read(reads, 4096).decode().strip()


def _bare() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


@contextmanager
def _started(
    command: Sequence[str], environment: Mapping[str, str], *, keep: Sequence[int] = ()
) -> Iterator[None]:
    """A program and all it starts, in a session of its own, ended with the block."""
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(
        command, env=environment, pass_fds=keep, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        yield
    finally:
        for kind in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(program.pid, kind)
            with suppress(subprocess.TimeoutExpired):
                program.wait(5)
                break


def _switched(environment: Mapping[str, str]) -> bool:
    """Switch to pinyin; False while the input method is not up yet. Its exit code tells of the layout of keys as well."""
    for words in (["libpinyin"], []):
        done = subprocess.run(
            ["ibus", "engine", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    return done.stdout.strip() == "libpinyin"


def _program_of(component: Path) -> str:
    """The program a component of ibus is started by."""
    return component.read_text().partition("<exec>")[2].partition("<")[0].split()[0]
