"""How names are spelled in pinyin, with every reading of a surname. Pure.

``pypinyin`` knows words, not surnames (曾 is zeng, not ceng), and takes long to load: it is imported on first use.
"""

from functools import cache, lru_cache
from itertools import islice, product
import os
import re
from typing import Any

from gridclient import values

HAN = re.compile(rf"[{values.HAN}]")
# The reading as a surname first, then what people also type.
SURNAMES: dict[str, tuple[str, ...]] = {
    "曾": ("zeng", "ceng"), "单": ("shan", "dan"), "解": ("xie", "jie"), "仇": ("qiu", "chou"),
    "查": ("zha", "cha"), "区": ("ou", "qu"), "翟": ("zhai", "di"), "覃": ("qin", "tan"),
    "朴": ("piao", "pu"), "缪": ("miao", "mou"), "盖": ("ge", "gai"), "乐": ("yue", "le"),
    "任": ("ren",), "华": ("hua",), "葛": ("ge",), "纪": ("ji",), "召": ("shao", "zhao"),
    "繁": ("po", "fan"), "种": ("chong", "zhong"), "员": ("yun", "yuan"), "贠": ("yun",),
    "折": ("she", "zhe"), "黑": ("he", "hei"), "秘": ("bi", "mi"), "薄": ("bo", "bao"),
    "卜": ("bu",), "谌": ("chen", "shen"), "郇": ("xun", "huan"), "隗": ("wei", "kui"),
    "郗": ("xi", "chi"), "宓": ("mi", "fu"), "祭": ("zhai", "ji"), "燕": ("yan",),
    "句": ("gou", "ju"), "洗": ("xian", "xi"), "冼": ("xian",), "都": ("du", "dou"),
    "牟": ("mou", "mu"), "能": ("nai", "neng"), "乜": ("nie", "mie"), "仉": ("zhang",),
    "莘": ("shen", "xin"), "费": ("fei", "bi"), "郄": ("qie", "xi"), "隽": ("juan", "jun"),
    "宁": ("ning",), "角": ("jue", "jiao"), "沈": ("shen",), "石": ("shi",), "车": ("che",),
    "尹": ("yin",), "逄": ("pang",), "佴": ("nai",), "瞿": ("qu",),
    "应": ("ying",), "柏": ("bai", "bo"), "晁": ("chao",), "相": ("xiang",), "占": ("zhan",),
    "盛": ("sheng",), "曲": ("qu",), "强": ("qiang", "jiang"), "哈": ("ha",), "那": ("na",),
    "吕": ("lv", "lu"), "闾": ("lv", "lu"), "重": ("chong", "zhong"), "褚": ("chu", "zhu"),
    "阚": ("kan", "han"), "么": ("yao", "me"), "镡": ("tan", "chan", "xin"), "尉": ("wei", "yu"),
    "谷": ("gu", "yu"), "粘": ("nian", "zhan"), "炅": ("gui", "jiong"), "臧": ("zang", "cang"),
    "藏": ("zang", "cang"), "晟": ("cheng", "sheng"), "朝": ("chao", "zhao"), "长": ("chang", "zhang"),
    "蔚": ("yu", "wei"), "贲": ("ben", "fei"), "郤": ("xi", "qie"), "宿": ("su", "xiu"),
    "降": ("jiang", "xiang"), "行": ("xing", "hang"), "过": ("guo",), "於": ("yu", "wu"),
    "訾": ("zi",), "妫": ("gui",), "逯": ("lu", "dai"), "撒": ("sa",), "眭": ("sui", "gui"),
    "尉迟": ("yu chi", "wei chi"), "万俟": ("mo qi", "wan si"), "长孙": ("zhang sun", "chang sun"),
    "澹台": ("tan tai", "dan tai"), "单于": ("chan yu", "dan yu"), "鲜于": ("xian yu",),
    "令狐": ("ling hu",), "夏侯": ("xia hou",), "皇甫": ("huang fu",), "呼延": ("hu yan",),
    "司马": ("si ma",), "欧阳": ("ou yang",), "上官": ("shang guan",), "诸葛": ("zhu ge",),
    "乐正": ("yue zheng", "le zheng"), "相里": ("xiang li",), "宰父": ("zai fu",), "夹谷": ("jia gu",),
}  # fmt: skip
# What a given name may be read as besides, the more likely first.
GIVEN: dict[str, tuple[str, ...]] = {
    "乐": ("le", "yue"), "行": ("xing", "hang"), "长": ("chang", "zhang"), "重": ("chong", "zhong"),
    "朝": ("chao", "zhao"), "茜": ("xi", "qian"), "晟": ("sheng", "cheng"), "莘": ("xin", "shen"),
    "柏": ("bai", "bo"), "藏": ("zang", "cang"), "都": ("du", "dou"), "调": ("tiao", "diao"),
    "单": ("dan", "shan"), "曾": ("zeng", "ceng"), "查": ("cha", "zha"), "娜": ("na", "nuo"),
    "还": ("huan", "hai"), "降": ("jiang", "xiang"), "说": ("shuo", "yue"), "校": ("xiao", "jiao"),
    "盛": ("sheng", "cheng"), "传": ("chuan", "zhuan"), "觉": ("jue", "jiao"), "和": ("he", "huo"),
}  # fmt: skip
MOST = 8  # readings of one name
# Words of the screen that single characters would spell otherwise.
PHRASES = {"重新": "chong xin", "曾孙": "zeng sun", "曾祖": "zeng zu", "校验": "jiao yan", "调解": "tiao jie",
    "调整": "tiao zheng", "专长": "zhuan chang", "长期": "chang qi", "行号": "hang hao", "还原": "huan yuan"}  # fmt: skip


@lru_cache(maxsize=4096)
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """Every way the name is spelled, syllable by syllable, the usual one first: 曾乐 → (zeng, le), (ceng, le).

    Latin letters in a name count as syllables of their own; ``ü`` is ``v``, and ``u`` besides.
    """
    if not HAN.search(name):
        return (_latin(name),) if _latin(name) else ()
    surname, given = _parted(name)
    heads = [tuple(reading.split()) for reading in SURNAMES.get(surname, ())] or [_syllables(surname)]
    spelled = [(*head, *tail) for head, tail in islice(product(heads, _tails(given)), MOST)]
    plain = [tuple(re.sub(r"(?<=[ln])v", "u", s) for s in syllables) for syllables in spelled]
    return tuple(dict.fromkeys(s for s in (*spelled, *plain) if s))


def full(name: str) -> str:
    """The usual spelling in one piece: 王建国 → wangjianguo."""
    return "".join(next(iter(readings(name)), ()))


def initials(name: str) -> str:
    """The usual initials: 王建国 → wjg."""
    return "".join(s[0] for s in next(iter(readings(name)), ()))


def spellings(name: str) -> list[str]:
    """Everything people type for a name, each beginning at any syllable: wangjianguo, jianguo, wjg, jg, wangjg."""
    found: dict[str, None] = {}
    for syllables in readings(name):
        for start in range(len(syllables)):
            rest = syllables[start:]
            found |= dict.fromkeys(("".join(rest), "".join(s[0] for s in rest)))
    return list(found | dict.fromkeys(beginnings(name)))


def beginnings(name: str) -> list[str]:
    """The spellings that begin with the name itself: wangjianguo, wjg, wangjg."""
    found: dict[str, None] = {}
    for first, *rest in readings(name):
        short = "".join(s[0] for s in rest)
        found |= dict.fromkeys((first + "".join(rest), first[0] + short, first + short))
    return list(found)


@cache
def spoken(text: str) -> tuple[str, ...]:
    """Any words of the screen, syllable by syllable; Latin letters and digits as they are, in lower case."""
    return tuple(part.lower() for part in _spoken(text, list) if part.isalnum())


@lru_cache(maxsize=4096)
def pairs(text: str) -> tuple[str, ...]:
    """The characters of a Chinese text and every two neighbours: what is indexed so that any part is found."""
    runs = re.findall(rf"[{values.HAN}]+", text)
    return tuple(
        dict.fromkeys([c for run in runs for c in run] + [p for run in runs for p in _neighbours(run)])
    )


def order_key(text: str) -> bytes:
    """Sorts common Chinese by pinyin without spelling it: the national encoding is laid out so."""
    return text.encode("gb18030", "replace")


def _neighbours(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _parted(name: str) -> tuple[str, str]:
    plain = values.tidy_name(name).replace("·", "")
    size = 2 if plain[:2] in SURNAMES else 1
    return plain[:size], plain[size:]


def _tails(given: str) -> list[tuple[str, ...]]:
    """The readings of what follows a surname, the usual one first."""
    if not any(character in GIVEN for character in given):
        return [_syllables(given)]
    parts = [[(one,) for one in GIVEN[c]] if c in GIVEN else [_syllables(c)] for c in given]
    return [tuple(s for part in parts for s in part) for parts in product(*parts)]


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    if not text:
        return ()
    if not HAN.search(text):
        return _latin(text)
    return tuple(s for s in _spoken(text, lambda rest: list(_latin(rest))) if s.isascii() and s)


def _spoken(text: str, other: Any) -> list[str]:
    """The syllables of Chinese, and what ``other`` makes of everything else."""
    pypinyin = _pypinyin()
    spelled: list[str] = pypinyin.lazy_pinyin(text, style=pypinyin.Style.NORMAL, errors=other)
    return spelled


@cache
def _pypinyin() -> Any:
    """The library without its phrases: they take 40 MB, and the window stands still while they are read."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    import pypinyin

    pypinyin.load_phrases_dict({word: [[s] for s in read.split()] for word, read in PHRASES.items()})
    return pypinyin


def _latin(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+", values.half_width(text).lower()))
