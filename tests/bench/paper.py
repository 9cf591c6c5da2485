"""Paper: a large register composed, laid out and written as PDF and workbook beside a live window.

``python -m tests.bench.paper VAULT`` is the process that is measured; it prints its figures as JSON.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
import json
import os
from pathlib import Path
import subprocess
import sys
from time import perf_counter, process_time
from typing import Any

from tests.bench.process import PYTHON, ROOT, Failed
from tests.bench.report import padded
from tests.support.community import vault_with

ROWS, PREVIEW = 20_000, 1_000
# What was measured → its words and its goal in seconds, on an old laptop.
GOALS = {
    "preview": (f"预览 {PREVIEW:,} 行：排版，画出第一页", 2.0),
    "layout": (f"排版 {ROWS:,} 行", 5.0),
    "pdf": (f"写 PDF，{ROWS:,} 行", 20.0),
    "workbook": (f"写 xlsx，{ROWS:,} 行", 10.0),
}
BLOCK_S, BREATH_S = 0.05, 0.2
Found = dict[str, dict[str, float]]


def measure(folder: Path) -> None:
    """Lay the community down, write its register, and print what was found."""
    vault = vault_with(folder / "paper.vault", ROWS, date.today())
    done = subprocess.run(
        [PYTHON, "-m", "tests.bench.paper", str(vault)],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise Failed("\n".join(done.stderr.splitlines()[-20:]))
    print(_table(json.loads(done.stdout.splitlines()[-1])))


def _table(found: Found) -> str:
    lines = [
        f"\n纸张，实有人口台账（目标按旧电脑）\n  {padded('', 42)}{'用时':>10}{'处理器':>8}{'目标':>7}  最长卡顿"
    ]
    for key, (words, goal) in GOALS.items():
        at = found[key]
        sign, stuck = "✓" if at["seconds"] <= goal else "△", "" if at["block"] <= BLOCK_S else "△"
        lines.append(
            f"{sign:>3} {padded(words, 42)}{at['seconds']:8.2f} s{at['processor']:8.2f} s{goal:6g} s"
            f"{at['block'] * 1000:8.0f} ms {stuck}"
        )
    memory = found["memory"]
    lines.append(
        f"    内存 {memory['before']:.0f} MB，写完最多 {memory['peak']:.0f} MB；{memory['pages']:.0f} 页"
    )
    return "\n".join(lines)


class _Press:
    """Does one thing after the other off the window's thread, while that beats."""

    def __init__(self, pulse: Any) -> None:
        self._pulse = pulse
        self.found: Found = {}

    async def do(self, name: str, work: Callable[..., Any], *given: Any) -> Any:
        """What ``work`` gives; notes the seconds, those of the processor, and the longest block."""
        await asyncio.sleep(BREATH_S)
        self._pulse.begin()
        began, processor = perf_counter(), process_time()
        result = await asyncio.to_thread(work, *given)
        figures = {"seconds": perf_counter() - began, "processor": process_time() - processor}
        await asyncio.sleep(BREATH_S)
        self.found[name] = {**figures, "block": self._pulse.longest_s}
        return result


async def _printed(sheet: Any, folder: Path) -> Found:
    from gridclient.ui import printing
    from tests.bench.pulse import Pulse

    pulse = Pulse()
    press, before = _Press(pulse), _peak()
    few = replace(sheet, rows=sheet.rows[:PREVIEW])
    await press.do("preview", lambda: printing.to_image(printing.pages_of(few)[0]))
    pages = await press.do("layout", printing.pages_of, sheet)
    await press.do("pdf", printing.to_pdf, pages, folder / "paper.pdf")
    await press.do("workbook", printing.to_workbook, sheet, folder / "paper.xlsx")
    pulse.stop()
    return press.found | {"memory": {"before": before, "peak": _peak(), "pages": len(pages)}}


def _peak() -> float:
    """The most memory this process has held, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(vault: Path) -> None:
    from gridclient import app as program
    from gridclient.desk import Desk
    from gridclient.ledger.compose import compose
    from gridclient.ledger.template import named
    from tests.support import application
    from tests.support.loop import running
    from tests.support.people import PASSPHRASE

    app = program.application(["gridclient"])
    application.add_fonts(app)
    program.pin_garbage(app)
    sys.setswitchinterval(program.TURN_S)
    desk = Desk.open(vault, PASSPHRASE)
    sheet = compose(named("residents"), desk.replica, today=date.today(), who="岑立冬")
    with running(app) as loop:
        found = loop.run_until_complete(_printed(replace(sheet, rows=sheet.rows[:ROWS]), vault.parent))
    desk.close()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
