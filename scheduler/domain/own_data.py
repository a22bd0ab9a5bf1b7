"""What an organisation keeps about somebody: theirs to read, and to have erased.

What was accounted for stays, without a name: a past booking belongs to "Former colleague".
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from scheduler.address import NOWHERE
from scheduler.domain import membership, text
from scheduler.domain.booking import preferences
from scheduler.domain.errors import ConfirmErasure, FieldError, Invalid, NotFound
from scheduler.domain.invite import ENDINGS, Detail
from scheduler.i18n import say
from scheduler.storage import (
    audit,
    bookings,
    mail_choices,
    memberships,
    organisations,
    outbox,
    own_data,
    people,
    ratings,
    scope,
    signins,
)
from scheduler.storage.draw_rows import OwnWish
from scheduler.storage.mail_rows import MailChoice, WaitingLetter
from scheduler.storage.outage_rows import OwnReseating
from scheduler.storage.own_rows import OwnAnnouncement, OwnKey, OwnMessage, OwnRole, OwnShift
from scheduler.storage.rows import Booking, Caller, LogEntry, Organisation, Rating
from scheduler.storage.transaction import transaction
from scheduler.storage.waitlist_rows import OwnOffer, OwnPlaceInLine, OwnStandby

NAMELESS = "Former colleague"  # stored, so in one language for all


class OwnOrganisation(Struct, frozen=True):
    id: UUID
    name: str


class Me(Struct, frozen=True, kw_only=True):
    """Who somebody is in one organisation. Without a `language` they have not chosen one."""

    id: UUID
    email: str
    name: str
    organisation: OwnOrganisation
    roles: list[str]
    language: str | None


class OwnBooking(Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    timezone: str
    starts_at: datetime
    ends_at: datetime
    chair: str
    therapist: str
    status: str
    changed_at: datetime
    pressure: int | None
    technique: str | None
    focus_areas: list[str]
    avoid_areas: list[str]
    quiet: bool
    ratings: list[Rating]


class OwnData(Struct, frozen=True, kw_only=True):
    """Everything. `log` is who did what that concerns them; messages are named by their kind."""

    me: Me
    roles: list[OwnRole]
    bookings: list[OwnBooking]
    wishes: list[OwnWish]
    shifts: list[OwnShift]
    waitlist: list[OwnPlaceInLine]
    standby: list[OwnStandby]
    offers: list[OwnOffer]
    reseatings: list[OwnReseating]
    announcements: list[OwnAnnouncement]
    messages: list[OwnMessage]
    mail_choices: list[MailChoice]
    invitations: list[OwnKey]
    calendar_feed: OwnKey | None
    tokens: list[OwnKey]
    sessions: list[OwnKey]
    log: list[LogEntry]


def describe(caller: Caller, here: Organisation) -> Me:
    return Me(
        id=caller.id,
        email=caller.email,
        name=caller.name,
        organisation=OwnOrganisation(here.id, here.name),
        roles=sorted(caller.roles),
        language=caller.language,
    )


def own_booking(booking: Booking, rated: list[Rating]) -> OwnBooking:
    shown: dict[str, Any] = {
        field: getattr(booking, field, None) for field in OwnBooking.__struct_fields__
    }
    told = {"therapist": booking.therapist_name, "ratings": rated}
    return OwnBooking(**shown | preferences(booking) | told)


def forwarded(letter: WaitingLetter, caller: Caller) -> str:
    """The detail of a message that is still to reach somebody who is being forgotten here."""
    detail = msgspec.json.decode(letter.detail or "{}", type=Detail)
    name = caller.name if letter.organisation == caller.organisation else None
    kept = replace(detail, email=caller.email, name=name, language=caller.language)
    return msgspec.json.encode(kept).decode()


def check_address(caller: Caller, typed: str) -> None:
    """Raises Invalid unless somebody typed their own address, as a sign that they mean it."""
    if text.key(text.trim(typed)) != text.key(caller.email):
        sentence = say("This is not your address. Type {email} to go on.", email=caller.email)
        raise Invalid(FieldError("email", sentence))


def ahead(data: OwnData, now: datetime) -> list[OwnBooking]:
    """The times that go when their owner goes."""
    return [one for one in data.bookings if one.status == "confirmed" and one.starts_at > now]


async def me(caller: Caller) -> Me:
    here = await organisations.get(caller.organisation)
    if here is None:
        raise NotFound
    return describe(caller, here)


async def read(caller: Caller) -> OwnData:
    mine = caller.organisation, caller.id
    feeds = await own_data.feeds(*mine)
    return OwnData(
        me=await me(caller),
        roles=await own_data.roles(*mine),
        bookings=[
            own_booking(one, await ratings.of_booking(one.organisation, one.id))
            for one in await bookings.of_person(scope.owner(caller))
        ],
        wishes=await own_data.wishes(*mine),
        shifts=await own_data.shifts(*mine),
        waitlist=await own_data.places_in_line(*mine),
        standby=await own_data.standby(*mine),
        offers=await own_data.offers(*mine),
        reseatings=await own_data.reseatings(*mine),
        announcements=await own_data.announcements(*mine),
        messages=await own_data.messages(*mine),
        mail_choices=await mail_choices.of_person(*mine),
        invitations=await own_data.invitations(*mine),
        calendar_feed=feeds[0] if feeds else None,
        tokens=await own_data.tokens(*mine),
        sessions=await own_data.sessions(*mine),
        log=await own_data.log(*mine),
    )


@transaction
async def erase(caller: Caller, now: datetime, *, confirm: bool) -> None:
    """For good. Times ahead are given back first, and the messages about that still arrive."""
    tenant = caller.organisation
    await memberships.hold(tenant)
    member = await memberships.get(tenant, caller.id)
    if member is None:
        raise NotFound
    await membership.check_may_lose(tenant, member, frozenset(), now)
    if not confirm:
        raise ConfirmErasure
    await membership.end(tenant, caller.id, now, by=None, reason=None)
    await own_data.forget(tenant, caller.id)
    elsewhere = await own_data.belongs_elsewhere(tenant, caller.id)
    await _settle_mail(caller, now, everywhere=not elsewhere)
    await people.name(tenant, caller.id, NAMELESS)
    if not elsewhere:
        await own_data.rename_address(caller.id, f"{caller.id}@erased.{NOWHERE}")
        await signins.forget_address(member.email_key)
    await audit.record(tenant, caller.id, "person.erase", caller.id, now)


async def _settle_mail(caller: Caller, now: datetime, *, everywhere: bool) -> None:
    for letter in await own_data.waiting(caller.id):
        if letter.organisation != caller.organisation and not everywhere:
            continue
        if letter.kind in ENDINGS:
            await outbox.put_detail(letter.id, forwarded(letter, caller))
        else:
            await outbox.drop(letter.id, now)
