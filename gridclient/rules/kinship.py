"""Kinship as it is told to the head of a household: what everybody is to a new head, as far as it follows. Pure.

A relation is a path of steps from the head: ``U`` to a parent, ``D`` to a child, ``S`` to the spouse, ``B`` to a brother or
sister. Paths are joined end to end and shortened where the shorter one is sure; what then is no relation with a name of
its own is left blank, for somebody to ask.
"""

from datetime import date
from typing import Protocol

from gridclient.records.codes import Relation, Sex

SELF = ""
PATHS: dict[str, str] = {
    **dict.fromkeys((Relation.HEAD, Relation.SELF), SELF),
    **dict.fromkeys((Relation.SPOUSE, Relation.HUSBAND, Relation.WIFE), "S"),
    **dict.fromkeys((Relation.SON, Relation.ONLY_SON, Relation.FIRST_SON, Relation.SECOND_SON), "D"),
    **dict.fromkeys((Relation.THIRD_SON, Relation.FOSTER_SON, Relation.OTHER_SON, Relation.CHILD), "D"),
    **dict.fromkeys((Relation.DAUGHTER, Relation.ONLY_DAUGHTER, Relation.FIRST_DAUGHTER), "D"),
    **dict.fromkeys((Relation.SECOND_DAUGHTER, Relation.THIRD_DAUGHTER, Relation.FOSTER_DAUGHTER), "D"),
    **dict.fromkeys((Relation.OTHER_DAUGHTER,), "D"),
    **dict.fromkeys((Relation.SON_IN_LAW, Relation.DAUGHTER_IN_LAW), "DS"),
    **dict.fromkeys((Relation.GRANDCHILD, Relation.GRANDSON, Relation.GRANDDAUGHTER), "DD"),
    **dict.fromkeys((Relation.DAUGHTERS_SON, Relation.DAUGHTERS_DAUGHTER), "DD"),
    **dict.fromkeys((Relation.SONS_CHILD, Relation.DAUGHTERS_CHILD), "DD"),
    **dict.fromkeys((Relation.PARENT, Relation.FATHER, Relation.MOTHER), "U"),
    **dict.fromkeys((Relation.STEPFATHER, Relation.STEPMOTHER), "U"),
    **dict.fromkeys((Relation.HUSBANDS_FATHER, Relation.HUSBANDS_MOTHER, Relation.WIFES_FATHER), "SU"),
    **dict.fromkeys((Relation.WIFES_MOTHER, Relation.SPOUSES_PARENT), "SU"),
    **dict.fromkeys((Relation.GRANDPARENT, Relation.GRANDFATHER, Relation.GRANDMOTHER), "UU"),
    **dict.fromkeys((Relation.MOTHERS_FATHER, Relation.MOTHERS_MOTHER), "UU"),
    **dict.fromkeys((Relation.SIBLING, Relation.ELDER_BROTHER, Relation.YOUNGER_BROTHER), "B"),
    **dict.fromkeys((Relation.ELDER_SISTER, Relation.YOUNGER_SISTER), "B"),
}
KEPT = frozenset({Relation.OTHER_KIN.value, Relation.UNRELATED.value})  # just as near to any other head
# A spouse's child is one's own, a child's other parent the spouse, and so on: shorter, and as good as always true.
SHORTER = (("SS", ""), ("SD", "D"), ("US", "U"), ("DU", "S"), ("BB", "B"), ("BU", "U"), ("DB", "D"))
BACK = str.maketrans("UD", "DU")
# With the head's sex, then one's own: "" stands for anybody.
NAMES: dict[tuple[str, str, str], Relation] = {
    ("S", "", ""): Relation.SPOUSE,
    ("D", "", Sex.MALE): Relation.SON,
    ("D", "", Sex.FEMALE): Relation.DAUGHTER,
    ("D", "", ""): Relation.CHILD,
    ("U", "", Sex.MALE): Relation.FATHER,
    ("U", "", Sex.FEMALE): Relation.MOTHER,
    ("U", "", ""): Relation.PARENT,
    ("DS", "", Sex.MALE): Relation.SON_IN_LAW,
    ("DS", "", Sex.FEMALE): Relation.DAUGHTER_IN_LAW,
    ("DD", "", ""): Relation.GRANDCHILD,
    ("UU", "", ""): Relation.GRANDPARENT,
    ("SU", Sex.FEMALE, Sex.MALE): Relation.HUSBANDS_FATHER,
    ("SU", Sex.FEMALE, Sex.FEMALE): Relation.HUSBANDS_MOTHER,
    ("SU", Sex.MALE, Sex.MALE): Relation.WIFES_FATHER,
    ("SU", Sex.MALE, Sex.FEMALE): Relation.WIFES_MOTHER,
    ("SU", "", ""): Relation.SPOUSES_PARENT,
    ("B", "", ""): Relation.SIBLING,
}


class Kin(Protocol):
    """What is asked of a person: ``relation`` and ``sex`` are codes."""

    relation: str
    sex: str
    birth: date | None


def to_new_head(person: Kin, head: Kin) -> str:
    """The code of what ``person`` is to ``head``, both told from one head until now; empty when it does not follow."""
    if person.relation in KEPT:
        return person.relation
    there, here = PATHS.get(head.relation), PATHS.get(person.relation)
    if there is None or here is None:
        return ""
    return _named(shortened(there[::-1].translate(BACK) + here), person, head)


def through(person: Kin, old_head: Kin, relation: str, head: Kin) -> str:
    """The code of what ``person``, told from ``old_head``, is to ``head``, whose ``relation`` the old head becomes."""
    if person is old_head or person.relation in KEPT:
        return relation if person is old_head else person.relation
    there, here = PATHS.get(relation), PATHS.get(person.relation)
    if there is None or here is None:
        return relation if relation in KEPT else ""
    return _named(shortened(there + here), person, head)


def shortened(path: str) -> str:
    """The same kin by the fewest sure steps."""
    for long, short in SHORTER:
        if long in path:
            return shortened(path.replace(long, short, 1))
    return "B" if path == "UD" else path


def _named(path: str, person: Kin, head: Kin) -> str:
    if person.relation and PATHS.get(person.relation) == path and path not in (SELF, "SU", "B"):
        return person.relation  # 长子 stays 长子
    if path == "B":
        return _sibling(person, head)
    found = NAMES.get((path, head.sex, person.sex)) or NAMES.get((path, "", person.sex))
    found = found or NAMES.get((path, "", ""))
    return found.value if found else ""


def _sibling(person: Kin, head: Kin) -> str:
    if not (person.birth and head.birth) or person.birth == head.birth:
        return Relation.SIBLING.value
    elder = person.birth < head.birth
    by_sex = {
        Sex.MALE.value: Relation.ELDER_BROTHER if elder else Relation.YOUNGER_BROTHER,
        Sex.FEMALE.value: Relation.ELDER_SISTER if elder else Relation.YOUNGER_SISTER,
    }
    return by_sex.get(person.sex, Relation.SIBLING).value
