"""What the figures of a report say, in one sentence each: never more than they hold."""

from collections.abc import Sequence

from scheduler.domain.occupancy import Hour
from scheduler.domain.rating import HIGHEST, LOWEST, Tension
from scheduler.i18n import Sentence, say

FELT = 0.5  # a smaller difference of two means is not spoken of

NO_PLACES = say("There are no places on this day")
NOBODY = say("No place was taken")
EVERY_PLACE = say("Every place was taken")
FULL_FROM = say("From {since} to {until} every place was taken")
FULL_HOURS = say("{count} of {of} hours were full")
FULLEST = say("The hour from {hour} was the fullest")
SO_MANY = say("{booked} of {offered} places were taken")

LESS_TENSE = say("On average, people felt less tense afterwards")
MORE_TENSE = say("On average, people felt more tense afterwards")
THE_SAME = say("On average, people felt about as tense afterwards as before")
RELAXED = say("Hardly any tension, before or after")
TENSE = say("Much tension, before and after")

LESS_EACH_DAY = say("Less tense afterwards, on each of {of} days")
LESS_ON_SOME = say("Less tense afterwards, on {count} of {of} days")


def of_hours(hours: Sequence[Hour]) -> Sentence:
    offered, booked = sum(hour.offered for hour in hours), sum(hour.booked for hour in hours)
    if not booked:
        return NOBODY if offered else NO_PLACES
    if booked == offered:
        return EVERY_PLACE
    full = [at for at, hour in enumerate(hours) if hour.booked == hour.offered]
    return _of_full(hours, full) if full else _of_fullest(hours, offered, booked)


def _of_full(hours: Sequence[Hour], full: list[int]) -> Sentence:
    """An hour without places is in no list, so whether hours are in a row is said by the clock."""
    clock = [int(hours[at].hour[:2]) for at in full]
    if clock == list(range(clock[0], clock[0] + len(clock))):
        return FULL_FROM.fill(since=hours[full[0]].hour, until=f"{clock[-1] + 1:02}:00")
    return FULL_HOURS.fill(count=len(full), of=len(hours))


def _of_fullest(hours: Sequence[Hour], offered: int, booked: int) -> Sentence:
    shares = [hour.booked / hour.offered for hour in hours]
    if len(hours) > 1 and shares.count(max(shares)) == 1:
        return FULLEST.fill(hour=hours[shares.index(max(shares))].hour)
    return SO_MANY.fill(booked=booked, offered=offered)


def of_tension(tension: Tension) -> Sentence:
    if tension.change <= -FELT:
        return LESS_TENSE
    if tension.change >= FELT:
        return MORE_TENSE
    if tension.before == tension.after == LOWEST:
        return RELAXED
    return TENSE if tension.before == tension.after == HIGHEST else THE_SAME


def of_days(rated: Sequence[Tension]) -> Sentence:
    less = sum(of_tension(one) is LESS_TENSE for one in rated)
    if less == len(rated):
        return LESS_EACH_DAY.fill(of=len(rated))
    return LESS_ON_SOME.fill(count=less, of=len(rated))
