"""What somebody prefers, in words."""

from collections.abc import Iterable
from typing import NamedTuple

from scheduler import i18n
from scheduler.domain.body import Area, Technique
from scheduler.domain.own_data import OwnBooking
from scheduler.domain.roster import RosterBooking
from scheduler.i18n import say

PRESSURES = {
    1: say("Light pressure"),
    2: say("Medium pressure"),
    3: say("Firm pressure"),
    4: say("Very firm pressure"),
}
AREAS = {
    Area.HEAD_JAW: say("head and jaw"),
    Area.NECK: say("neck"),
    Area.LEFT_NECK: say("left side of the neck"),
    Area.RIGHT_NECK: say("right side of the neck"),
    Area.SHOULDERS: say("shoulders"),
    Area.LEFT_SHOULDERS: say("left shoulder"),
    Area.RIGHT_SHOULDERS: say("right shoulder"),
    Area.UPPER_BACK: say("upper back"),
    Area.LEFT_UPPER_BACK: say("upper back on the left"),
    Area.RIGHT_UPPER_BACK: say("upper back on the right"),
    Area.LOWER_BACK: say("lower back"),
    Area.LEFT_LOWER_BACK: say("lower back on the left"),
    Area.RIGHT_LOWER_BACK: say("lower back on the right"),
    Area.ARMS_HANDS: say("arms and hands"),
    Area.LEFT_ARMS_HANDS: say("left arm and hand"),
    Area.RIGHT_ARMS_HANDS: say("right arm and hand"),
    Area.LEGS_FEET: say("legs and feet"),
    Area.LEFT_LEGS_FEET: say("left leg and foot"),
    Area.RIGHT_LEGS_FEET: say("right leg and foot"),
}
TECHNIQUES = {
    Technique.SEATED: say("seated"),
    Technique.SWEDISH: say("Swedish"),
    Technique.ACUPRESSURE: say("acupressure"),
    Technique.MYOFASCIAL: say("myofascial"),
    Technique.CROSS_FIBRE: say("cross-fibre"),
    Technique.DEEP_TISSUE: say("deep tissue"),
    Technique.CUPPING: say("cupping"),
    Technique.GUA_SHA: say("gua sha"),
    Technique.ROLFING: say("rolfing"),
    Technique.MAYA_ABDOMINAL: say("Maya abdominal"),
    Technique.GENTLE: say("gentle"),
}


class Wishes(NamedTuple):
    """`avoid` stands apart: it is what must not be overlooked."""

    wanted: list[str]
    avoid: str


def spoken(booking: RosterBooking | OwnBooking) -> Wishes:
    """In the language that is being spoken. Nothing of what the reader may not see."""
    wanted = []
    if booking.pressure:
        wanted.append(i18n.translate(PRESSURES[booking.pressure]))
    if booking.focus_areas:
        wanted.append(i18n.gettext("Focus: {areas}", areas=_areas(booking.focus_areas)))
    if booking.technique:
        technique = i18n.translate(TECHNIQUES[Technique(booking.technique)])
        wanted.append(i18n.gettext("Technique: {technique}", technique=technique))
    if booking.quiet is True:
        wanted.append(i18n.gettext("Quiet, please"))
    avoid = booking.avoid_areas
    return Wishes(
        wanted,
        i18n.gettext("Leave alone: {areas}", areas=_areas(avoid)) if avoid else "",
    )


def _areas(areas: Iterable[str]) -> str:
    return i18n.all_of([i18n.translate(AREAS[Area(one)]) for one in areas])
