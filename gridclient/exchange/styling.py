"""The part of a workbook that tells how cells look, with a few looks added to those it has."""

import re

from gridclient.exchange.lines import ERROR, WARNING

COLOURS = {ERROR: "F8C9C4", WARNING: "FCE8B2"}
_LOOK = re.compile(r"<xf\b[^>]*?(?:/>|>.*?</xf>)", re.DOTALL)


class Styles:
    """``text`` is the part; a look is told by its number, as cells do. ValueError when the part has not what it needs."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._looks = _LOOK.findall(self._inside("cellXfs"))
        self._fills = self._inside("fills").count("<fill>")
        self._fonts = len(re.findall(r"<font\b", self._inside("fonts")))
        self._filled: dict[tuple[int, str], int] = {}
        if not self._looks:
            raise ValueError("no looks")
        alignment = '<alignment vertical="top" wrapText="1"/>'
        self.wrapped = self._add(
            f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" applyAlignment="1">{alignment}</xf>'
        )
        self.bold = self._add(
            f'<xf numFmtId="0" fontId="{self._fonts}" fillId="0" borderId="0" applyFont="1"/>'
        )

    def filled(self, look: int, severity: str) -> int:
        """The look of a cell with the colour of a severity behind it."""
        key = (look, severity)
        if key not in self._filled:
            told = self._looks[look] if look < len(self._looks) else self._looks[0]
            plain = re.sub(r'\s+(?:fillId|applyFill)="[^"]*"', "", told)
            fill = self._fills + list(COLOURS).index(severity)
            self._filled[key] = self._add(plain.replace("<xf", f'<xf fillId="{fill}" applyFill="1"', 1))
        return self._filled[key]

    @property
    def text(self) -> str:
        fills = "".join(
            f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/><bgColor indexed="64"/></patternFill></fill>'
            for colour in COLOURS.values()
        )
        told = self._with(self._text, "fills", self._inside("fills") + fills, self._fills + len(COLOURS))
        fonts = self._inside("fonts")
        first = re.search(r"<font>(.*?)</font>", fonts, re.DOTALL)
        bold = f"<font><b/>{first[1].replace('<b/>', '') if first else ''}</font>"
        told = self._with(told, "fonts", fonts + bold, self._fonts + 1)
        return self._with(told, "cellXfs", "".join(self._looks), len(self._looks))

    def _add(self, look: str) -> int:
        self._looks.append(look)
        return len(self._looks) - 1

    def _inside(self, name: str) -> str:
        return self._found(self._text, name)[1]

    @staticmethod
    def _found(text: str, name: str) -> "re.Match[str]":
        found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}>", text, re.DOTALL)
        if found is None:
            raise ValueError(name)
        return found

    def _with(self, text: str, name: str, inside: str, count: int) -> str:
        found = self._found(text, name)
        opening = re.sub(r'\bcount="\d+"', f'count="{count}"', found[0][: found.start(1) - found.start()])
        return f"{text[: found.start()]}{opening}{inside}</{name}>{text[found.end() :]}"
