"""All rows of one sheet of persons together: who stands in it twice, and which household has no head."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
import re

from gridclient.exchange.lines import ERROR, WARNING, Line
from gridclient.rules import identity

NUMBER = "resident.id_number"
PLACE = ("address", "building", "dwelling.unit", "dwelling.door", "stay")


class Roll:
    """The persons of one sheet. Numbers are compared in their new form, see :func:`whole`."""

    def __init__(self, lines: Sequence[Line], today: date) -> None:
        self._of_number: dict[str, list[Line]] = defaultdict(list)
        self._families: dict[str, list[Line]] = defaultdict(list)
        self._alike: dict[tuple[object, ...], Line] = {}
        for line in lines:
            if number := whole(line.text(NUMBER), today):
                self._of_number[number].append(line)
            if family := line.text("household.number") or line.text("address"):
                self._families[family].append(line)

    def tell_same(self, line: Line) -> None:
        """Refuse a row whose number is another person's too, or the same person's further up."""
        number, name = line.text(NUMBER), line.text("resident.name")
        rows = self._of_number.get(number, [line])
        other = next((row for row in rows if row.text("resident.name") != name), None)
        if other is not None:
            line.tell(ERROR, NUMBER, "id_conflict", f"与第 {other.row + 1} 行同号不同名")
        elif rows[0] is not line:
            line.tell(ERROR, NUMBER, "dup_in_file", f"与第 {rows[0].row + 1} 行是同一个人")

    def tell_alike(self, line: Line, told: identity.Identity) -> None:
        """Point at a row further up that is the same in everything but a number that is right as well."""
        place = tuple(line.text(slot) for slot in PLACE)
        phones = tuple(line.get("resident.phones") or ())
        if not phones or not any(place):
            return
        first = self._alike.setdefault((line.text("resident.name"), told.birth, place, phones), line)
        if first is not line:
            why = f"除了身份证号，与第 {first.row + 1} 行全都一样，像是同一个人，请核对"
            line.tell(WARNING, NUMBER, "dup_suspect", why)

    def headless(self, is_head: Callable[[Line], bool]) -> Iterator[Line]:
        """The first row of every household none of whose rows is its head."""
        for rows in self._families.values():
            if "resident.relation" in rows[0].columns and not any(map(is_head, rows)):
                yield rows[0]


def whole(number: str, today: date) -> str:
    """An identity number in its new form: an old one of 15 digits that is right gets its 18; others stay."""
    old = re.fullmatch(r"\d{15}", number) and identity.problem(number, today) is None
    return identity.widened(number) if old else number
