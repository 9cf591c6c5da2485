"""The program is closed while something long is still read beside its window."""

import os
from pathlib import Path
import subprocess
import sys

from gridclient.desk import Desk
from tests.support import people

HARMLESS = "This plugin does not support propagateSizeHints()"


def test_a_program_closed_in_the_middle_of_a_long_read_ends_without_a_word(tmp_path: Path) -> None:
    people.desk_at(tmp_path).close()

    gone = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.gui.quitter", str(tmp_path)],
        env=os.environ | {"GRIDCLIENT_HOME": str(tmp_path / "home")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    said = [line for line in gone.stderr.splitlines() if line != HARMLESS]
    assert (gone.returncode, said, gone.stdout.split()) == (0, [], ["closed", "read"])
    Desk.open(tmp_path / "people.vault", people.PASSPHRASE).close()
