"""The yearly notices on public holidays, as `data/holidays.yaml` spells them."""

from datetime import date

import msgspec

from yidi_cli.rulebook.model import Part


class Notice(Part, frozen=True):
    """The State Council notice a year's days come from; "" is what is not known."""

    title: str
    number: str = ""  # 国办发明电〔2025〕7号
    issued: str = ""  # the date it is signed: 2025-11-04
    url: str = ""


class Holiday(Part, frozen=True):
    """One span of days off, first and last day included."""

    name: str
    from_: date = msgspec.field(name="from")
    to: date


class HolidayYear(Part, frozen=True):
    """What one notice decides. Its days may begin in the December before `year`."""

    year: int
    notice: Notice
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...]  # Saturdays and Sundays worked in exchange
