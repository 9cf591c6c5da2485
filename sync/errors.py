"""What can go wrong between a laptop and the centre, in words a grid worker can act on.

    SyncError
    ├── Offline            the centre did not answer; nothing was sent and nothing is lost
    ├── SignInNeeded       no valid token: sign in again
    │   └── Revoked        this laptop was withdrawn by the office
    ├── Refused            the centre answered, and said no (too old, wrong address, rate limit)
    │   └── Untrusted      it could not prove who it is to this laptop; nothing was sent
    ├── Gap                the centre expects an earlier change first
    ├── Forked             two laptops speak with one identity (a restored image)
    ├── Garbled            what arrived is not what the protocol allows
    ├── Invalid            what was to be saved may not be; nothing was written
    ├── Removal            an answer would remove more than a person expects; ask first
    └── LocalFault         this laptop's own store failed (full or read-only disk)

A window shows ``title`` as the headline and ``advice`` beneath it. Neither ever holds a personal value.
"""


class SyncError(Exception):
    """A round that did not finish; everything already saved stays saved."""

    def __init__(self, title: str, advice: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice


class Offline(SyncError):
    """The centre could not be reached; nothing was sent and nothing is lost."""


class SignInNeeded(SyncError):
    """The centre does not know this laptop's token."""


class Revoked(SignInNeeded):
    """The office withdrew this laptop; it may still hand in its outbox."""


class Refused(SyncError):
    """The centre answered and declined the whole request."""


class Untrusted(Refused):
    """The centre's certificate comes from nobody this laptop knows; the office's own authority may have to be named."""


class Gap(SyncError):
    """The centre has not seen the changes before the first one sent; ``expected`` is the next it wants."""

    def __init__(self, expected: int) -> None:
        super().__init__("中心缺少前面的修改", "程序会从缺少的那一条起重新上传，不需要您做什么。")
        self.expected = expected


class Forked(SyncError):
    """The same number arrived with other content: another copy of this laptop is at work."""

    def __init__(self) -> None:
        super().__init__("这台电脑的数据有另一份副本在使用", "程序会换一个身份继续上传，两份数据都会保留。")


class Garbled(SyncError):
    """A message could not be understood; it changed nothing."""


class Invalid(SyncError):
    """Records that may not be stored as they are: id → field → a sentence for the person who typed it."""

    def __init__(self, problems: dict[str, dict[str, str]]) -> None:
        count = sum(map(len, problems.values()))
        super().__init__(f"有 {count} 处内容需要修改", "改好标出的内容后再保存。")
        self.problems = problems


class Removal(SyncError):
    """The centre asks to remove ``count`` of ``held`` records; a person must agree first.

    ``ids`` are the records named one by one, ``areas`` the codes of areas that would go whole.
    """

    def __init__(
        self, count: int, held: int, ids: frozenset[str] = frozenset(), areas: tuple[str, ...] = ()
    ) -> None:
        super().__init__(
            f"中心要求从本机移除 {count} 条记录（本机共 {held} 条）",
            "请先与社区内勤核实。确认无误后再允许移除。",
        )
        self.count = count
        self.held = held
        self.ids = ids
        self.areas = areas


class LocalFault(SyncError):
    """This laptop could not write to its own store; the round stopped where it was."""
