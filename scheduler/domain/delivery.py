"""Sending what waits in the outbox: once, in order, and with patience."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import cast
from uuid import UUID, uuid4

import msgspec
import structlog
from msgspec.structs import replace

from scheduler.address import Address, leads_nowhere
from scheduler.clock import Clock
from scheduler.domain import (
    announcement,
    day_off,
    delay,
    invitation,
    invite,
    mail_choice,
    nudge,
    offer,
    open_now,
    opening_draw,
    promotion,
    signin,
    text,
)
from scheduler.domain.errors import FieldError, Invalid
from scheduler.domain.invite import IN_CALENDAR, Detail, Kind, is_superseded
from scheduler.domain.mail_choice import Ending
from scheduler.domain.reminder import LEADS, is_answered, still_wanted
from scheduler.i18n import choose, words
from scheduler.mail import messages
from scheduler.mail.mime import Letter as Envelope
from scheduler.mail.transports import DeliveryFailed, Sender, Transport
from scheduler.storage import bookings, outbox, scope
from scheduler.storage.mail_rows import Letter
from scheduler.storage.rows import Booking
from scheduler.storage.transaction import transaction

_log = structlog.get_logger()
BATCH = 20
LEASE = timedelta(minutes=5)  # longer than one message may take, with all its time-outs
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)


class PostOffice(msgspec.Struct, frozen=True):
    """Where mail leaves, under which name, and where its links lead; `key` seals some of them.

    Once `closing` is set no other message is begun.
    """

    transport: Transport
    sender: Address
    base_url: str
    key: bytes
    closing: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


def next_try(queued_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """A minute later, then twice as long each time, up to an hour; None after 3 days."""
    if now - queued_at >= GIVE_UP_AFTER:
        return None
    doublings = min(attempts - 1, 10)
    return now + min(FIRST_RETRY * float(2**doublings), LONGEST_RETRY)


async def compose(letter: Letter, office: PostOffice, now: datetime) -> EmailMessage | None:
    """The message that this row stands for; None when nobody needs it any more, or nobody reads
    mail at its address.

    Its Message-ID is the row's, at every try.
    """
    domain = office.sender.address.rpartition("@")[2]
    envelope = Envelope(office.sender, office.base_url, f"<{letter.id}@{domain}>", now)
    if ending := ends(letter):
        if not await mail_choice.wants(ending.organisation, ending.person, ending.kind):
            return None
        envelope = replace(envelope, unsubscribe=ending_at(ending, office))
    if letter.booking:
        message = await _about_booking(letter, envelope, now)
    else:
        message = await COMPOSERS[letter.kind](letter, envelope)
    return None if message and _leads_nowhere(message) else message


def _leads_nowhere(message: EmailMessage) -> bool:
    return any(leads_nowhere(one.domain) for one in message["To"].addresses)


def ends(letter: Letter) -> Ending | None:
    """What its reader can end, if they can do without messages of its kind."""
    if not mail_choice.is_choice(letter.kind) or not letter.organisation or not letter.recipient:
        return None
    return Ending(letter.organisation, letter.recipient, mail_choice.Kind(letter.kind))


def ending_at(ending: Ending, office: PostOffice) -> str:
    return f"{office.base_url.rstrip('/')}/unsubscribe/{mail_choice.seal(ending, office.key)}"


async def _about_booking(letter: Letter, envelope: Envelope, now: datetime) -> EmailMessage | None:
    booking = await bookings.get(scope.system(), cast("UUID", letter.booking))
    if booking is None or not is_wanted(letter, booking, now):
        return None
    if await _is_old_news(letter, booking):
        return None
    detail = msgspec.json.decode(letter.detail or "{}", type=Detail)
    if detail.delay:
        detail = replace(detail, clash=await delay.clash(booking, now))
    owner = addressed(booking, detail)
    return WRITERS[Kind(letter.kind)](_for(owner.person_language, envelope), owner, detail)


async def _is_old_news(letter: Letter, booking: Booking) -> bool:
    match letter.kind:
        case Kind.INVITE:
            known = await invite.is_known(booking)
            await invite.note(letter.id, booking)
            return known
        case Kind.RESEATED:
            await invite.note(letter.id, booking)
        case Kind.RATING_REQUEST:
            return await is_answered(booking)
    return False


def addressed(booking: Booking, detail: Detail) -> Booking:
    """To whom it was owed, though they have been forgotten since."""
    return replace(
        booking,
        person_name=detail.name or booking.person_name,
        person_email=detail.email or booking.person_email,
        person_language=detail.language or booking.person_language,
    )


def is_all_that_is_left(letter: Letter) -> bool:
    """Whether this message alone still has the address of somebody who was forgotten."""
    return msgspec.json.decode(letter.detail or "{}", type=Detail).email is not None


def _for(language: str | None, envelope: Envelope) -> Envelope:
    return replace(envelope, language=choose(language))


def is_wanted(letter: Letter, booking: Booking, now: datetime) -> bool:
    if letter.kind in IN_CALENDAR:
        return not is_superseded(letter.kind, letter.sequence or 0, booking)
    return still_wanted(letter.kind, letter.queued_at, booking, now)


def _was(detail: Detail) -> messages.Was:
    """How a booking was before; all of it is there in what tells of a reseating."""
    at = cast("datetime", detail.was_at)
    return messages.Was(at, detail.was_with or "", detail.was_chair or "")


WRITERS: dict[Kind, Callable[[Envelope, Booking, Detail], EmailMessage]] = {
    Kind.INVITE: lambda envelope, booking, detail: (
        messages.delay(envelope, booking, detail.clash)
        if detail.delay
        else messages.invite(envelope, booking, detail.by, detail.was_with)
    ),
    Kind.RESEATED: lambda envelope, booking, detail: messages.reseated(
        envelope, booking, _was(detail), detail.cause, detail.reason
    ),
    Kind.UNSEATED: lambda envelope, booking, detail: messages.unseated(
        envelope, booking, detail.cause, detail.reason
    ),
    Kind.CANCELLATION: lambda envelope, booking, detail: messages.cancellation(
        envelope, booking, detail.reason, detail.by
    ),
    Kind.REMINDER_DAY: lambda envelope, booking, _: messages.reminder(
        envelope, booking, LEADS[Kind.REMINDER_DAY]
    ),
    Kind.REMINDER_HOUR: lambda envelope, booking, _: messages.reminder(
        envelope, booking, LEADS[Kind.REMINDER_HOUR]
    ),
    Kind.RATING_REQUEST: lambda envelope, booking, _: messages.rating_request(envelope, booking),
}


async def _sign_in(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    sealed = await signin.seal(cast("UUID", letter.subject), envelope.now)
    if sealed is None:
        return None
    asked, code, secret = sealed
    envelope = _for(asked.language, envelope)
    return messages.sign_in(envelope, Address("", asked.email), code, secret)


async def _announcement(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    heard = await announcement.for_whom(
        cast("UUID", letter.subject), cast("UUID", letter.recipient), envelope.now
    )
    if heard is None:
        return None
    envelope, told = _for(heard.person.language, envelope), heard.announcement
    if heard.booking:
        return messages.announcement(envelope, heard.booking, told.author_name, told.text)
    return messages.to_waiting(envelope, heard.person, heard.event, told.author_name, told.text)


async def _invitation(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    sealed = await invitation.seal(
        cast("UUID", letter.subject), cast("UUID", letter.recipient), envelope.now
    )
    if sealed is None:
        return None
    envelope = _for(sealed.person.language, envelope)
    return messages.invitation(envelope, sealed.person, sealed.event, sealed.hours, sealed.secret)


async def _nudge(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    sealed = await nudge.seal(
        cast("UUID", letter.subject), cast("UUID", letter.recipient), envelope.now
    )
    if sealed is None:
        return None
    times = [(slot.starts_at, slot.ends_at) for slot in sealed.slots]
    envelope = _for(sealed.person.language, envelope)
    return messages.nudge(envelope, sealed.person, sealed.event, times, sealed.secret)


async def _offer(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    held = await offer.to_tell(cast("UUID", letter.subject), envelope.now)
    if held is None:
        return None
    return messages.offer(_for(held.person_language, envelope), held)


async def _open_now(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    slot, person = cast("UUID", letter.subject), cast("UUID", letter.recipient)
    found = await open_now.to_tell(slot, person, envelope.now)
    if found is None:
        return None
    return messages.open_now(_for(found.person_language, envelope), found)


async def _draw_missed(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    found = await opening_draw.missed(cast("UUID", letter.subject), envelope.now)
    if found is None:
        return None
    envelope = _for(found.person.language, envelope)
    return messages.draw_missed(envelope, found.person, found.event, found.why)


async def _day_off(letter: Letter, envelope: Envelope) -> EmailMessage | None:
    found = await day_off.to_tell(cast("UUID", letter.subject), cast("UUID", letter.recipient))
    if found is None:
        return None
    event, person = found
    return messages.day_off(_for(person.language, envelope), person, event)


# What is not about a booking, by kind: each loads its subject and writes the message, or drops it.
COMPOSERS: dict[str, Callable[[Letter, Envelope], Awaitable[EmailMessage | None]]] = {
    signin.KIND: _sign_in,
    announcement.KIND: _announcement,
    invitation.KIND: _invitation,
    nudge.KIND: _nudge,
    day_off.KIND: _day_off,
    promotion.KIND: _offer,
    open_now.KIND: _open_now,
    opening_draw.KIND: _draw_missed,
}


async def deliver(office: PostOffice, clock: Clock) -> int:
    """Sends all that is due, and answers how many messages left."""
    sent = 0
    while not office.closing.is_set() and (batch := await _lease(token := uuid4(), clock())):
        sent += await _send_batch(office, token, batch, clock)
    return sent


@transaction
async def _lease(token: UUID, now: datetime) -> list[Letter]:
    if await outbox.pause_reason() is not None:
        return []
    leased = await outbox.lease(token, now, now + LEASE, BATCH)
    return sorted(leased, key=lambda letter: letter.id)


async def _send_batch(office: PostOffice, token: UUID, batch: list[Letter], clock: Clock) -> int:
    sent = 0
    try:
        async with office.transport.open() as sender:
            for letter in batch:
                if office.closing.is_set():
                    await _release(token)
                    break
                sent += await _send_one(office, sender, token, letter, clock)
    except DeliveryFailed as error:  # no connection: whatever was not settled is tried later
        for letter in batch:
            await _put_off(token, letter, str(error), clock())
    return sent


async def _send_one(
    office: PostOffice, sender: Sender, token: UUID, letter: Letter, clock: Clock
) -> bool:
    now = clock()
    try:
        message = await _still_ours(token, letter, office, now)
        if message is None:
            return False
        await sender.send(message)
    except DeliveryFailed as error:
        await _put_off(token, letter, str(error), clock())
        return False
    except Exception as error:  # noqa: BLE001  # one that cannot be written must not stop the rest
        _log.exception("message failed", letter=str(letter.id), kind=letter.kind)
        await _put_off(token, letter, f"{type(error).__name__}: {error}", clock())
        return False
    await _settle(token, letter, "sent", clock())
    return True


@transaction
async def _still_ours(
    token: UUID, letter: Letter, office: PostOffice, now: datetime
) -> EmailMessage | None:
    """What to send, unless another sender took over or nobody needs to hear of it."""
    fresh = await outbox.extend(letter.id, token, now + LEASE)
    if fresh is None:
        return None
    message = await compose(fresh, office, now)
    if message is None:
        await outbox.done(letter.id, token, "dropped", now)
    return message


@transaction
async def _release(token: UUID) -> None:
    await outbox.release(token)


@transaction
async def _settle(token: UUID, letter: Letter, outcome: str, now: datetime) -> None:
    await outbox.done(letter.id, token, outcome, now)


@transaction
async def _put_off(token: UUID, letter: Letter, error: str, now: datetime) -> None:
    again = next_try(letter.queued_at, letter.attempts, now)
    if again:
        await outbox.try_later(letter.id, token, again, error)
    elif is_all_that_is_left(letter):
        await outbox.done(letter.id, token, "dropped", now)
    else:
        await outbox.done(letter.id, token, "failed", now, error)


@transaction
async def retry(now: datetime) -> int:
    return await outbox.retry(now)


@transaction
async def pause(reason: str, now: datetime) -> None:
    try:
        cleaned = text.clean_line(reason, limit=500)
    except ValueError as error:
        raise Invalid(FieldError("reason", words(error))) from None
    if await outbox.pause_reason() is None:
        await outbox.pause(cleaned, now)


@transaction
async def resume() -> None:
    await outbox.resume()
