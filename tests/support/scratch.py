"""Where tests write: in memory where there is room, since nothing they prove outlives them."""

import os
from pathlib import Path
import shutil
import tempfile

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes; twice what the tests hold at any moment


def in_memory() -> None:
    """Send temporary files, those of started programs too, to memory; a TMPDIR that is given stays."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # what was chosen before is chosen again
