"""Finished bytes reach the disk whole or not at all, and what hinders them is said in words."""

import errno
from pathlib import Path

from gridclient.errors import GridError, NoSpace, Unfit
from gridclient.store.disk import write_whole

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def put(path: Path, content: bytes) -> None:
    """Write the file, replacing an older one only when everything is on the disk; NoSpace or Unfit when it cannot be."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise _in_words(path, error) from error


def _in_words(path: Path, error: OSError) -> GridError:
    if error.errno in FULL:
        return NoSpace("磁盘已满，文件没有存成", "请清理磁盘，或换一个地方保存。")
    if error.errno == errno.EROFS:
        return NoSpace("这个位置是只读的，文件没有存成", "请换一个文件夹保存。")
    if not path.parent.is_dir():
        return Unfit("保存的文件夹不存在", "请重新选择保存的位置。")
    if path.is_dir():
        return Unfit("这个名字已是一个文件夹", "请换一个文件名。")
    if path.exists():
        return Unfit(
            f"“{path.name}”正被其他程序打开或不许修改",
            "请先在 Excel、WPS 或阅读器里关闭它，再存一次，或换一个文件名。",
        )
    return Unfit("没有权限在这里保存文件", "请换一个文件夹，例如“文档”。")
