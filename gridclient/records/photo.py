"""Photos: what was seen on a visit, of a building or of a person. The picture itself follows its record."""

from datetime import datetime
import re

from gridclient.fields import Record, count, flag, link, moment, person_name, record, text

THUMBNAIL_MOST = 8 * 1024  # bytes of the small picture that travels in the record
BASE64_MOST = -(-THUMBNAIL_MOST // 3) * 4
OWNERS = ("visit", "household", "dwelling", "building", "resident")

_SHA = re.compile(r"[0-9a-f]{64}")


@record("照片", called="{taken_at} {note}", key=("sha256",))
class Photo(Record, table=True):
    """A photo (照片), taken with the consent of whoever is in it. ``thumbnail`` is a small JPEG in base64.

    ``sha256`` names the picture, a JPEG of ``size`` bytes, which is kept and sent apart from the record.
    """

    visit: str = link("走访", to="visit")
    household: str = link("户", to="household", listed=True)
    dwelling: str = link("房屋", to="dwelling")
    building: str = link("楼栋", to="building", listed=True)
    resident: str = link("居民", to="resident", listed=True)
    taken_at: datetime | None = moment("拍摄时间", listed=True)
    taken_by: str = person_name("拍摄人", listed=True)
    note: str = text("说明", longest=200, listed=True, searched=True)
    agreed: bool = flag("同意拍照", listed=True)
    sha256: str = text("照片编号", longest=64, required=True, hidden=True, index=True, group="picture")
    size: int | None = count("字节", least=1, most=8 * 1024 * 1024, hidden=True, group="picture")
    width: int | None = count("宽", least=1, most=1600, hidden=True, group="picture")
    height: int | None = count("高", least=1, most=1600, hidden=True, group="picture")
    thumbnail: str = text("缩略图", longest=BASE64_MOST, hidden=True, group="picture")

    def problems(self) -> dict[str, str]:
        """Field → why it may not be stored: a photo shows something, and nobody who did not agree."""
        found = super().problems()
        if found:
            return found
        if not _SHA.fullmatch(self.sha256) or not self.size:
            found["sha256"] = "照片没有内容，请重新添加"
        if not any(getattr(self, name) for name in OWNERS):
            found["household"] = "请选择照片属于哪一户、哪套房、哪栋楼或哪位居民"
        if not self.agreed and (self.visit or self.household or self.resident):
            found["agreed"] = "照片要先征得同意"
        return found
