"""One door in words and in signs: the head line, the reason on a list, and how a visit stands. Pure."""

from datetime import date

from gridclient.fields import spec_of
from gridclient.records.people import CareLabel, Household
from gridclient.records.place import Tenure
from gridclient.records.visit import Outcome
from gridclient.rules.due import EFFECTIVE, Urgency
from gridclient.store.homes import Door
from gridclient.ui.plan_paint import Mark

SHORT_LABELS = {
    CareLabel.LIVING_ALONE.value: "独",
    CareLabel.EMPTY_NEST.value: "巢",
    CareLabel.ELDERLY.value: "老",
    CareLabel.DISABLED.value: "残",
    CareLabel.HARDSHIP.value: "困",
    CareLabel.VETERAN.value: "优",
    CareLabel.PREGNANT.value: "孕",
    CareLabel.INFANT.value: "婴",
    CareLabel.LEFT_BEHIND.value: "留",
    CareLabel.FLOATING.value: "流",
}
URGENT = {
    Urgency.NEVER.value: ("warn", "从未走访"),
    Urgency.OVERDUE.value: ("bad", "逾期"),
    Urgency.TODAY.value: ("warn", "今天到期"),
    Urgency.SOON.value: ("info", "快到期"),
    Urgency.LATER.value: ("good", "未到期"),
}
VISIT_MARKS = {
    "done": Mark("good", "✓", "已访"),
    "due": Mark("warn", "◔", "到期"),
    "late": Mark("bad", "!", "逾期"),
    "never": Mark("info", "◇", "未访"),
    "appointed": Mark("violet", "◷", "约定"),
    "nobody": Mark("violet", "?", "无人"),
    "refused": Mark("violet", "✕", "拒访"),
    "later": Mark("quiet", "·", "未到期"),
    "empty": Mark("quiet", "○", "空置"),
}
AGAIN_DAYS = 31  # how long a failed knock is told as the reason
UNMET = {
    Outcome.NOBODY.value: "nobody",
    Outcome.REFUSED.value: "refused",
    Outcome.POSTPONED.value: "nobody",
}


def people_words(door: Door) -> str:
    """``王建国 户 3人``; what the dwelling is when nobody lives there."""
    if not door.households:
        return Tenure.words(door.tenure) or "未登记住户"
    return f"{door.head or '无户主'} 户 {door.size}人"


def unmet_words(door: Door) -> str:
    """What came of the last knock: ``拒访``, ``无人``, from the second one in a row on ``连续 3 次无人``."""
    words = Outcome.words(door.last_outcome)
    return f"连续 {door.unmet} 次{words}" if door.unmet > 1 else words


def last_words(door: Door, today: date) -> str:
    """``上次 2026-06-12（108天）``, with what came of it unless somebody was met."""
    if door.last_visit is None:
        return "从未走访"
    ago = (today - door.last_visit).days
    when = "今天" if ago == 0 else f"{ago}天"
    came = "" if door.last_outcome in EFFECTIVE else f" {unmet_words(door)}"
    return f"上次 {door.last_visit:%Y-%m-%d}（{when}）{came}"


def due_words(door: Door) -> tuple[str, str]:
    """Why this door now, and its tone: an appointment first, else the rule."""
    if door.appointment:
        hour = f" {door.at:%H:%M}" if door.at else ""
        return f"约定 {door.appointment:%m-%d}{hour} {door.why}".rstrip(), "violet"
    if door.sweeps and not door.due.pressing:
        return f"大走访：{door.sweeps[0]}", "info"
    tone, state = URGENT[door.due.urgency]
    return f"{state}：{door.due.words.split('，')[0]}", tone


def reason(door: Door, today: date) -> str:
    """Why a door is on today's list, as short as a column."""
    if door.appointment:
        hour = f" {door.at:%H:%M}" if door.at and door.appointment == today else f" {door.appointment:%m-%d}"
        return f"约定{hour}"
    if door.last_outcome in UNMET and door.last_visit and (today - door.last_visit).days <= AGAIN_DAYS:
        return unmet_words(door) if door.unmet > 1 else f"上次{unmet_words(door)}"
    if door.sweeps and door.due.urgency != Urgency.OVERDUE:
        return door.sweeps[0]
    if door.due.urgency == Urgency.NEVER:
        return "从未走访"
    late = f"，超 {door.due.late} 天" if door.due.late and door.due.late > 0 else ""
    return f"{door.due.why}{late}"


def short_marks(door: Door) -> tuple[str, ...]:
    """The signs in the corner of a door: care labels as single characters, 党 and ★ for party and centre."""
    party = ("★",) if door.centre else ("党",) if door.party else ()
    return (*party, *(SHORT_LABELS[label] for label in door.labels if label in SHORT_LABELS))[:4]


def visit_state(door: Door, today: date) -> str:
    """Visited this month, else what stands in the way or how it is due."""
    month = (today.year, today.month)
    met = door.last_effective is not None and (door.last_effective.year, door.last_effective.month) == month
    if met and not door.sweeps:
        return "done" if door.households else "empty"
    if door.appointment:
        return "appointed"
    tried = door.last_visit is not None and (door.last_visit.year, door.last_visit.month) == month
    if tried and door.last_outcome in UNMET:
        return UNMET[door.last_outcome]
    if not door.households and door.tenure == Tenure.EMPTY:
        return "empty"
    if door.sweeps and not door.due.pressing:
        return "due"
    states = {Urgency.NEVER: "never", Urgency.OVERDUE: "late", Urgency.LATER: "later"}
    return next((state for urgency, state in states.items() if urgency == door.due.urgency), "due")


TODAY_MARKS = {
    "appointed": Mark("violet", "◷", "约定"),
    "again": Mark("violet", "?", "上次没见到"),
    "late": Mark("bad", "!", "逾期"),
    "swept": Mark("info", "▤", "大走访"),
    "due": Mark("warn", "◔", "到期"),
    "never": Mark("info", "◇", "从未走访"),
    "tried": Mark("quiet", "✕", "今天没见到"),
    "done": Mark("good", "✓", "今天已访"),
}


def today_state(door: Door, today: date, outcome: str) -> str:
    """Where a door of today's list stands: closed today, or why it is on the list."""
    if outcome:
        return "tried" if outcome in UNMET else "done"
    if door.appointment and door.appointment <= today:
        return "appointed"
    if door.last_outcome in UNMET and door.last_visit and (today - door.last_visit).days <= AGAIN_DAYS:
        return "again"
    if door.sweeps and door.due.urgency != Urgency.OVERDUE:
        return "swept"
    states = {Urgency.NEVER: "never", Urgency.OVERDUE: "late"}
    return next((state for urgency, state in states.items() if urgency == door.due.urgency), "due")


def label_words(labels: tuple[str, ...] | list[str]) -> str:
    """Care labels in full."""
    return spec_of(Household).field("labels").text(list(labels))
