"""The comments of one sheet in the two parts Excel keeps them in: their words, and the boxes they are shown in."""

import re

from openpyxl.utils import column_index_from_string

AUTHOR = "导入"
SIZE = "width:240pt;height:90pt"
_COMMENTS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<authors></authors><commentList></commentList></comments>"
)
_SHAPES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
_BOX = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_PLACE = re.compile(r'<comment\b[^>]*\bref="([A-Z]+\d+)"')
_FIRST = 1 << 20  # numbers of boxes from here on are ours; those of a sheet begin with its own thousands


class Remarks:
    """The comments there are, ``comments`` and ``shapes`` as found or empty; ``number`` tells sheets apart."""

    def __init__(self, comments: str, shapes: str, number: int) -> None:
        self._comments, self._shapes = comments or _COMMENTS, shapes or _SHAPES
        self._there = {*_PLACE.findall(self._comments)}
        self._author = self._comments.partition("</authors>")[0].count("<author>")
        self._next = _FIRST + number * 16_384
        self._words: list[str] = []
        self._boxes: list[str] = [] if "_x0000_t202" in self._shapes else [_BOX]

    def add(self, place: str, words: str) -> None:
        """Say something, ready to stand in XML, about a cell: after what is said there already, if anything."""
        if place in self._there:
            more = f'<r><t xml:space="preserve">\n{words}</t></r></text>'
            whole = re.compile(rf'(<comment\b[^>]*\bref="{place}"[^>]*>.*?)</text>', re.DOTALL)
            self._comments = whole.sub(lambda found: found[1] + more, self._comments, count=1)
            return
        self._words.append(
            f'<comment ref="{place}" authorId="{self._author}"><text><t xml:space="preserve">{words}</t></text></comment>'
        )
        self._boxes.append(self._box(place))

    @property
    def comments(self) -> str:
        """The words, as a part."""
        told = re.sub(r"<authors\s*/>", "<authors></authors>", self._comments)
        told = told.replace("</authors>", f"<author>{AUTHOR}</author></authors>", 1)
        return told.replace("</commentList>", f"{''.join(self._words)}</commentList>", 1)

    @property
    def shapes(self) -> str:
        """The boxes, as a part."""
        head, end, tail = self._shapes.rpartition("</xml>")
        return f"{head}{''.join(self._boxes)}{end}{tail}"

    def _box(self, place: str) -> str:
        letters = place.rstrip("0123456789")
        column, row = column_index_from_string(letters) - 1, int(place[len(letters) :]) - 1
        self._next += 1
        anchor = f"{column + 1},15,{max(row - 1, 0)},10,{column + 5},15,{max(row - 1, 0) + 5},4"
        return (
            f'<v:shape id="_x0000_s{self._next}" type="#_x0000_t202" style="position:absolute;{SIZE};z-index:1;visibility:hidden" '
            'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
            '<v:path o:connecttype="none"/><v:textbox><div style="text-align:left"></div></v:textbox>'
            '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
            "</x:ClientData></v:shape>"
        )
