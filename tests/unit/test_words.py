"""One word for one thing: what the glossary calls 修改, 撤回 and 回收站 is never called anything else on the screen."""

from pathlib import Path

import pytest

import gridclient

SOURCES = sorted(Path(gridclient.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("other", ["改动", "Ctrl+Z 撤销", "一步撤销", "垃圾箱", "废纸篓"])
def test_no_second_word_is_used(other: str) -> None:
    assert [path.name for path in SOURCES if other in path.read_text("utf-8")] == []
