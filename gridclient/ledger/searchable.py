"""PDF text that can be searched: the character that was written, not a look-alike with the same shape.

Chinese fonts draw 人 (U+4EBA) and the radical U+2F08 with one glyph. Qt notes the first code point of a glyph in the
PDF's ToUnicode map, so that a search for 人口 finds nothing and a blank copies as a tab. The maps are mended by an
incremental update: the file as Qt wrote it, then the corrected maps and a new cross-reference section. Remove when Qt
prefers the character to the radical.
"""

from collections.abc import Callable, Iterator
import re

MAP_OF_FONT = re.compile(rb"/ToUnicode (\d+) 0 R")
PLAIN_STREAM = re.compile(rb"<< /Length (\d+) >>\nstream\n")
TRAILER = re.compile(rb"trailer\s*<<(.*?)>>\s*startxref\s*(\d+)\s*%%EOF\s*$", re.DOTALL)
RUN = re.compile(rb"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})> <([0-9A-Fa-f]{4})>$", re.MULTILINE)
CODE = re.compile(rb"(?<=[\[ ])<([0-9A-Fa-f]{4})>(?= )")
LIST = re.compile(rb"\[[^\]]*\]")
Written = Callable[[int], int]  # a code point of the map → the one that was written


def searchable(pdf: bytes, written: Written) -> bytes:
    """The same document with the characters that were written in its text maps; as it is when all of them are."""
    trailer = TRAILER.search(pdf[-4096:])
    mended = dict(_mended(pdf, written))
    return _updated(pdf, trailer.group(1), int(trailer.group(2)), mended) if trailer and mended else pdf


def _mended(pdf: bytes, written: Written) -> Iterator[tuple[int, bytes]]:
    """The number and the new words of every text map that has to change."""
    for number in {int(n) for n in MAP_OF_FONT.findall(pdf)}:
        at = pdf.find(b"\n%d 0 obj\n" % number)
        head = PLAIN_STREAM.match(pdf, at + len(b"\n%d 0 obj\n" % number)) if at >= 0 else None
        if head:
            old = pdf[head.end() : head.end() + int(head.group(1))]
            new = LIST.sub(lambda found: _listed(found, written), RUN.sub(lambda f: _run(f, written), old))
            if new != old:
                yield number, new


def _listed(match: re.Match[bytes], written: Written) -> bytes:
    return CODE.sub(lambda code: b"<%04X>" % written(int(code.group(1), 16)), match.group())


def _run(match: re.Match[bytes], written: Written) -> bytes:
    """A run of consecutive codes; written out one by one when they are not consecutive any more."""
    first, last, code = (int(match.group(i), 16) for i in (1, 2, 3))
    codes = [code + i for i in range(last - first + 1)]
    true = [written(c) for c in codes]
    if true == codes or not code:
        return match.group()
    return b"<%04X> <%04X> [%s]" % (first, last, b"".join(b"<%04X> " % c for c in true))


def _updated(pdf: bytes, trailer: bytes, previous: int, objects: dict[int, bytes]) -> bytes:
    parts, sections, at = [pdf], [], len(pdf)
    for number, words in sorted(objects.items()):
        part = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(words), words)
        sections.append(b"%d 1\n%010d 00000 n \n" % (number, at))
        parts.append(part)
        at += len(part)
    end = b"trailer\n<<%s/Prev %d\n>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, previous, at)
    return b"".join([*parts, b"xref\n", *sections, end])
