"""The sync centre of the demo: its own process on this machine, started and stopped at will."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import subprocess
import sys

from gridclient.errors import Unfit

READY = "http"


class Centre:
    """One centre; its database stays between two openings."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def account(self, name: str, role: str, areas: str, display: str, password: str) -> None:
        """Add an account with the centre's own command."""
        arguments = ["account", "add", name, "--role", role, "--areas", areas, "--display-name", display]
        done = subprocess.run(
            [*self._command, *arguments, "--database", str(self.database)],
            env=os.environ | {"GRIDHUB_PASSWORD": password},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unfit(
                "演示用的同步中心没有建好", done.stderr.strip().splitlines()[-1] if done.stderr else ""
            )

    @contextmanager
    def open(self, url: str = "") -> Iterator[str]:
        """Run the centre for as long as the block lasts, at ``url`` again or on any free port; gives its address."""
        port = url.rsplit(":", 1)[-1] if url else "0"
        arguments = ["serve", "--port", port, "--database", str(self.database)]
        with subprocess.Popen([*self._command, *arguments], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield self._address(process)
            finally:
                process.terminate()
                process.communicate(timeout=30)

    @staticmethod
    def _address(process: "subprocess.Popen[str]") -> str:
        for line in process.stdout or ():
            if READY in line:
                return line[line.index(READY) :].split()[0]
        raise Unfit("演示用的同步中心没有启动", "请先执行 make setup，或安装 gridclient[server]。")

    @property
    def _command(self) -> list[str]:
        if getattr(sys, "frozen", False):
            raise Unfit("演示要用到同步中心，安装包里没有", "请在源代码目录用 make demo 运行演示。")
        return [sys.executable, "-m", "sync.server"]
