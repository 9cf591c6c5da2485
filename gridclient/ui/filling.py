"""What one blank tells about others while it is typed: an identity number knows the sex and the birthday."""

from datetime import date
from typing import Any

from gridclient.records.codes import DocumentType
from gridclient.rules import identity


def remark(kind: str, name: str, value: Any, id_type: str, today: date) -> str:
    """What to look at again in a value that may still be stored; empty when there is nothing."""
    if (kind, name) != ("resident", "id_number") or not value or id_type != DocumentType.RESIDENT:
        return ""
    return identity.problem(str(value), today) or identity.read(str(value), today).hint


def follows(kind: str, name: str, value: Any, today: date) -> dict[str, Any]:
    """Field → value that follows from the one typed into ``name``; empty when nothing does."""
    if (kind, name) != ("resident", "id_number"):
        return {}
    try:
        told = identity.read(str(value or ""), today)
    except ValueError:
        return {}
    return {"birth": told.birth, "sex": told.sex}
