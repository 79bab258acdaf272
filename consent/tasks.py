"""What the clock does for consent."""

from datetime import datetime, timedelta

from consent.actions.addressing import invite_who_is_reached_again
from consent.actions.asking_again import write_to_asked_again
from consent.actions.cleaning import (
    clean_up_adults,
    clean_up_after_leaving,
    clean_up_expired,
    clean_up_unconfirmed,
)
from consent.actions.eighteen import tell_eighteen
from consent.actions.new_links import send_new_links
from consent.actions.paper import print_invitations
from consent.actions.rounds import close_past_rounds, invite_to_new_rounds, invite_to_running_rounds
from consent.actions.sixteen import ask_sixteen
from consent.actions.unreachable import mark_unreachable
from consent.actions.writing import remind_of_rounds, write_invitations
from privacyboard.clockwork import sweeps


@sweeps.register(
    name="consent_sixteen",
    title="Leerlingen van zestien om toestemming vragen",
    every=timedelta(hours=1),
)
def sweep_sixteen(at: datetime) -> int:
    """Ask who turned sixteen and was not asked; what was missed heals, nobody is asked twice."""
    return ask_sixteen(at=at)


@sweeps.register(
    name="consent_eighteen",
    title="Leerlingen van achttien vertellen wat er verandert",
    every=timedelta(hours=1),
)
def sweep_eighteen(at: datetime) -> int:
    """Tell who turned eighteen and was not told; what was missed heals, nobody is told twice."""
    return tell_eighteen(at=at)


@sweeps.register(
    name="consent_clean_ups",
    title="Opruimtaken maken als een toestemming eindigt",
    every=timedelta(hours=6),
)
def sweep_clean_ups(at: datetime) -> int:
    """Ask schools to take away what may not stay; each thing once."""
    made = clean_up_unconfirmed(at=at) + clean_up_adults(at=at)
    # After those: where one of them made the task, none is made for the last day.
    return made + clean_up_after_leaving(at=at) + clean_up_expired(at=at)


@sweeps.register(
    name="consent_letters", title="Uitnodigingen van een ronde maken", every=timedelta(seconds=15)
)
def sweep_letters(at: datetime) -> int:
    """Ask everybody of a round that began, and put every invitation in the outbox once."""
    return invite_to_new_rounds(by=None, at=at) + write_invitations(by=None, at=at)


@sweeps.register(
    name="consent_rounds",
    title="Rondes herinneren en sluiten",
    every=timedelta(hours=1),
    # A round that was closed does not open again.
    takes_away=True,
)
def sweep_rounds(at: datetime) -> int:
    """Close what is over, ask who came to school since, remind who did not answer."""
    closed = close_past_rounds(by=None, at=at)
    return closed + invite_to_running_rounds(by=None, at=at) + remind_of_rounds(by=None, at=at)


@sweeps.register(
    name="consent_unreachable", title="Adressen die niet werken", every=timedelta(minutes=1)
)
def sweep_unreachable(at: datetime) -> int:
    """Stop mail to an address that was refused or came back, and let the school hand over.

    Who has an address that works by now is written to.
    """
    return mark_unreachable(by=None, at=at) + invite_who_is_reached_again(by=None, at=at)


@sweeps.register(
    name="consent_paper", title="Brieven op papier over toestemming", every=timedelta(minutes=10)
)
def sweep_paper(at: datetime) -> int:
    """Print the letters for who has no address, one file for each school."""
    return print_invitations(at=at)


@sweeps.register(
    name="consent_new_links",
    title="Nieuwe links sturen aan ouders en leerlingen",
    every=timedelta(seconds=15),
)
def sweep_new_links(at: datetime) -> int:
    """Write to who asked for a new link and is known; the address that was typed is dropped."""
    return send_new_links(by=None, at=at)


@sweeps.register(
    name="consent_changed",
    title="Opnieuw vragen waar een tekst veranderde",
    every=timedelta(seconds=30),
)
def sweep_changed(at: datetime) -> int:
    """Write to who said yes to a text that was changed, once the office asked for it."""
    return write_to_asked_again(at=at)
