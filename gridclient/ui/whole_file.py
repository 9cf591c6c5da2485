"""Everything into one file: asked for, made, noted in the trail, and only then written. No window is needed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gridclient.errors import Unfit
from gridclient.exchange.whole_out import Progress, Wanted, Whole, whole
from gridclient.fields import RECORDS
from gridclient.ledger.outfile import put
from gridclient.ledger.wanted import scope_named
from gridclient.store.trail import Trail
from sync.replica import Replica

ENDING = ".xlsx"


def put_whole(
    replica: Replica, trail: Trail, wanted: Wanted, path: Path, progress: Progress | None = None
) -> Whole:
    """Make the workbook, note that it leaves, and write it whole or not at all; NoSpace or Unfit when it cannot be."""
    if path.suffix.lower() != ENDING:
        raise Unfit("文件名要以 .xlsx 结尾", "请换一个文件名。")
    made = whole(replica, wanted, progress)
    trail.add(made.step)
    put(path, made.content)
    return made


def placed(wanted: Wanted, place: str, replica: Replica) -> Wanted:
    """The same for a grid or a community by its name or code; everything for an empty one. Unfit for a building."""
    scope = scope_named(place, replica)
    if scope.building:
        raise Unfit("不能只导出一栋楼", "请给出网格或社区的名称或编码；不写就是全部。")
    return replace(wanted, scope=scope.area, where=scope.words or scope.area)


def counted(counts: Mapping[str, int], most: int = 0) -> str:
    """Kind → count in words, the largest first, the first ``most`` of them."""
    told = sorted(((n, kind) for kind, n in counts.items() if n), key=lambda one: -one[0])
    words = "、".join(f"{RECORDS[kind].title} {n}" for n, kind in told[: most or None])
    return f"{words} 等 {len(told)} 种" if most and len(told) > most else words
