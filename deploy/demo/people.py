"""Invented people who can never hit real ones: region parts that were never issued, unused numbers."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import date
from itertools import product

from stdnum.cn import ric

SURNAMES = [
    "白",
    "钟",
    "苗",
    "庄",
    "霍",
    "阮",
    "纪",
    "舒",
    "柏",
    "商",
    "蔺",
    "柴",
    "管",
    "易",
    "岑",
    "路",
    "温",
    "安",
    "祁",
    "冉",
    "谈",
    "邬",
    "桑",
    "穆",
    "闻人",
    "尉迟",
]
# A given name is one of the first and one of the last: 41,600 names, so that two of hundreds seldom have the same.
FIRST_OF_GIVEN = "若起知予听一望以栀书牧思怀故之清远今砚简言亦沐宛景修慕令承维嘉子雨晓星语映念明君"
LAST_OF_GIVEN = "川岚夏衡澜苇舟安宁遥之齐谷言湄和山朝水秋池行溪林声野初湛辰宜则然庭原屿珩岫棠筠予"
# Names that must be shown, searched, sorted and printed correctly.
HARD_NAMES = ("䶮𬭎", "买合木提·艾则孜·阿勒泰尼", "云深", "闻人溪", "曾栀宁")
REGION = "139901"


@dataclass(frozen=True)
class Person:
    """Somebody invented."""

    name: str
    id_no: str
    birth_date: date
    is_male: bool
    mobile: str
    email: str

    @property
    def gender(self) -> str:
        """GB/T 2261.1."""
        return "1" if self.is_male else "2"


class Inventor:
    """Makes people that differ from each other, also from those of earlier runs."""

    def __init__(self) -> None:
        self._random = random.Random(secrets.randbits(64))  # noqa: S311 (names, no secrets)
        self._names: list[str] = []
        self._given: set[str] = set()

    def _name(self) -> str:
        """No name twice before all were given, so that people can be told apart in a list."""
        if not self._names:
            every = ["".join(parts) for parts in product(SURNAMES, FIRST_OF_GIVEN, LAST_OF_GIVEN)]
            self._names = self._random.sample(every, len(every))
        return self._names.pop()

    def person(self, *, born: range = range(1972, 1996), name: str | None = None) -> Person:
        """A new person with a name of their own or a given one."""
        while True:
            birth = date(self._random.choice(born), self._random.randint(1, 12), self._random.randint(1, 28))
            sequence = self._random.randint(1, 999)
            body = f"{REGION}{birth:%Y%m%d}{sequence:03d}"
            id_no: str = body + ric.calc_check_digit(body + "0")
            if id_no not in self._given:
                break
        self._given.add(id_no)
        number = self._random.randint(0, 9999)
        return Person(
            name=name or self._name(),
            id_no=id_no,
            birth_date=birth,
            is_male=sequence % 2 == 1,
            mobile=f"1540000{number:04d}",
            email=f"p{secrets.token_hex(5)}@hb.example",
        )

    def applicant(self, number: int) -> Person:
        """The applicant with this number, the first of them with difficult names."""
        return self.person(name=HARD_NAMES[number] if number < len(HARD_NAMES) else None)

    def code(self, length: int = 4) -> str:
        """Letters and digits for the code of an organisation or a committee."""
        return "".join(self._random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=length))


def password() -> str:
    """A password that nobody guesses."""
    return "Zp-" + secrets.token_urlsafe(12)
