"""PDF text that can be searched: the character that was written, not a look-alike with the same shape.

Chinese fonts draw 人 (U+4EBA) and the radical U+2F08 with one glyph. Qt notes the first code point of a glyph in the
PDF's ToUnicode map, so that a search for 人口 finds nothing and a blank copies as a tab; and it notes none at all for
rare characters (𠮷), beyond 16 bits. The maps are mended by an incremental update: the file as Qt wrote it, then the
corrected maps and a new cross-reference section. Remove when Qt prefers the character and knows all of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
import re

MAP_OF_FONT = re.compile(rb"/ToUnicode (\d+) 0 R")
PLAIN_STREAM = re.compile(rb"<< /Length (\d+) >>\nstream\n")
TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)
RANGES = re.compile(rb"\d+ beginbfrange.*endbfrange\n", re.DOTALL)
RANGE = re.compile(rb"^<([0-9A-F]{4})> <([0-9A-F]{4})> (?:<([0-9A-F]{4})>|\[([^\]]*)\])", re.M | re.I)
CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")
Written = Callable[[int], int]  # a code point of the map → the one that was written
Codes = dict[int, int]  # a glyph's place in the font → its code point


def searchable(pdf: bytes, written: Written, faces: Sequence[Sequence[str]] = ()) -> bytes:
    """The same document with the characters that were written in its text maps; as it is when all of them are.

    ``faces`` are the characters set in each font, in the order in which they were first set.
    """
    trailer = TRAILER.search(pdf[-4096:])
    mended = dict(_mended(pdf, written, faces))
    return _updated(pdf, trailer.group(1), int(trailer.group(2)), mended) if trailer and mended else pdf


def _mended(pdf: bytes, written: Written, faces: Sequence[Sequence[str]]) -> Iterator[tuple[int, bytes]]:
    """The number and the new words of every text map that has to change."""
    unclaimed = [dict(enumerate(map(ord, face), 1)) for face in faces]
    for number in sorted({int(n) for n in MAP_OF_FONT.findall(pdf)}):
        at = pdf.find(b"\n%d 0 obj\n" % number)
        head = PLAIN_STREAM.match(pdf, at + len(b"\n%d 0 obj\n" % number)) if at >= 0 else None
        if head:
            old = pdf[head.end() : head.end() + int(head.group(1))]
            codes = dict(_codes(old))
            true = _completed({place: written(code) for place, code in codes.items()}, unclaimed)
            if true != codes:
                yield number, RANGES.sub(_ranges(true), old)


def _codes(words: bytes) -> Iterator[tuple[int, int]]:
    """What a map says: the code point of each place in the font."""
    for first, last, start, listed in RANGE.findall(words):
        places = range(int(first, 16), int(last, 16) + 1)
        codes = [int(code, 16) for code in CODE.findall(listed)] or [
            int(start, 16) + place - places[0] for place in places
        ]
        yield from ((place, code) for place, code in zip(places, codes, strict=False) if place)


def _completed(codes: Codes, faces: list[Codes]) -> Codes:
    """With the characters the map left out, which are those beyond 16 bits of the one font that has all the others."""
    for face in faces:
        if codes == {place: code for place, code in face.items() if code <= 0xFFFF}:
            faces.remove(face)
            return face
    return codes


def _ranges(codes: Mapping[int, int]) -> bytes:
    """A map in the words of the format, at most a hundred characters together."""
    lines = [b"<%04X> <%s>\n" % (place, _utf16(code)) for place, code in sorted(codes.items())]
    parts = (lines[at : at + 100] for at in range(0, len(lines), 100))
    return b"".join(b"%d beginbfchar\n%sendbfchar\n" % (len(part), b"".join(part)) for part in parts)


def _utf16(code: int) -> bytes:
    return chr(code).encode("utf-16-be", "surrogatepass").hex().upper().encode()


def _updated(pdf: bytes, trailer: bytes, previous: int, objects: dict[int, bytes]) -> bytes:
    parts, sections, at = [pdf], [], len(pdf)
    for number, words in sorted(objects.items()):
        part = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(words), words)
        sections.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        parts.append(part)
        at += len(part)
    end = b"trailer\n<<%s/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, previous, at)
    return b"".join([*parts, b"xref\n", *sections, end])
