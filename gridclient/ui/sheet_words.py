"""What the sheets of a stairwell call what they do."""

from dataclasses import dataclass

KEYS = "直接打字改　F2 接着改　Tab 往右　Enter 往下　Ctrl+' 同上一行　Ctrl+N {}　Ctrl+D {}　Ctrl+V 粘贴　Ctrl+Z 撤回"


@dataclass(frozen=True)
class Words:
    """What a sheet of people, or of flats, calls what it does."""

    title: str
    unit: str
    add: str
    double: str

    @property
    def keys(self) -> str:
        """The keys of the sheet in one line."""
        return KEYS.format(self.add, self.double)


PEOPLE_WORDS = Words("表格录入", "人", "加一人", "复制一人")
DOORS_WORDS = Words("房屋表格", "套", "加一套", "复制一套")
