"""Two destruction lists of De Eik, step by step: one to its end, one that nobody proves.

Counted by hand on a calendar, from the tables of stages. Each step is taken on a day of its own, at
least six days after the stage before it: who misses five mornings still hears of each.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from privacyboard.organisation.models import Pupil
from registers.actions.destroying import handing, linking, stepping
from registers.choices import Medium
from registers.models import DestructionItem, DestructionList, DestructionTask
from registers.models.destruction_places import places_of
from tests.clockwork.year_world import Told, World, missing, moment
from tests.factories import people
from tests.factories import registers as make

# Who left on 10 December 2024 is gone everywhere by 10 December 2026.
_FIRST: dict[Told, date] = {
    ("list_check", "20261210:28", ""): date(2026, 11, 12),
    # Checked on 20 November, approved on 9 December.
    ("list_approve", "20261210:28", ""): date(2026, 11, 20),
    ("list_approve", "20261210:14", ""): date(2026, 11, 26),
    ("list_approve", "20261210:7", ""): date(2026, 12, 3),
    ("list_hand", "20261210:28", ""): date(2026, 12, 9),
    ("list_hand", "20261210:14", ""): date(2026, 12, 9),
    ("list_hand", "20261210:7", ""): date(2026, 12, 9),
    ("list_hand", "20261210:0", ""): date(2026, 12, 10),
    ("list_hand", "20261210:-1", ""): date(2026, 12, 11),
    ("list_hand", "20261210:-7", ""): date(2026, 12, 17),
    ("list_hand", "20261210:-14", ""): date(2026, 12, 24),
    ("list_hand", "20261210:-28", ""): date(2027, 1, 7),
    # Handed over on 13 January: two weeks, until the 27th. The paper is proven on 3 March.
    ("list_task", "20270127:7", ""): date(2027, 1, 20),
    ("list_task", "20270127:0", ""): date(2027, 1, 27),
    ("list_task", "20270127:-7", ""): date(2027, 2, 3),
    ("list_task", "20270127:-14", ""): date(2027, 2, 10),
    ("list_task", "20270127:-28", ""): date(2027, 2, 24),
    # The processor proves on 17 February.
    ("list_task_letter", "20270127:7", ""): date(2027, 1, 20),
    ("list_task_letter", "20270127:0", ""): date(2027, 1, 27),
    ("list_task_letter", "20270127:-7", ""): date(2027, 2, 3),
    ("list_task_silent", "20270127:-14", ""): date(2027, 2, 10),
    # Proven on 3 March, closed on 9 June.
    ("list_close", "20270303:0", ""): date(2027, 3, 3),
    ("list_close", "20270303:-14", ""): date(2027, 3, 17),
    ("list_close", "20270303:-28", ""): date(2027, 3, 31),
    ("list_close", "20270303:-91", ""): date(2027, 6, 2),
}
# Who left on 20 March 2025, and was entered on 1 March 2027: gone by 20 March 2027.
_SECOND: dict[Told, date] = {
    ("list_check", "20270320:28", ""): date(2027, 3, 1),
    ("list_check", "20270320:14", ""): date(2027, 3, 6),
    # Checked on 12 March, approved on 2 April.
    ("list_approve", "20270320:28", ""): date(2027, 3, 12),
    ("list_approve", "20270320:14", ""): date(2027, 3, 12),
    ("list_approve", "20270320:7", ""): date(2027, 3, 13),
    ("list_approve", "20270320:0", ""): date(2027, 3, 20),
    ("list_approve", "20270320:-1", ""): date(2027, 3, 21),
    ("list_approve", "20270320:-7", ""): date(2027, 3, 27),
    ("list_hand", "20270320:28", ""): date(2027, 4, 2),
    ("list_hand", "20270320:14", ""): date(2027, 4, 2),
    ("list_hand", "20270320:7", ""): date(2027, 4, 2),
    ("list_hand", "20270320:0", ""): date(2027, 4, 2),
    ("list_hand", "20270320:-1", ""): date(2027, 4, 2),
    ("list_hand", "20270320:-7", ""): date(2027, 4, 2),
    ("list_hand", "20270320:-14", ""): date(2027, 4, 3),
    # Handed over on 9 April: two weeks, until the 23rd. Nobody ever proves it.
    ("list_task", "20270423:7", ""): date(2027, 4, 16),
    ("list_task", "20270423:0", ""): date(2027, 4, 23),
    ("list_task", "20270423:-7", ""): date(2027, 4, 30),
    ("list_task", "20270423:-14", ""): date(2027, 5, 7),
    ("list_task", "20270423:-28", ""): date(2027, 5, 21),
    ("list_task", "20270423:-91", ""): date(2027, 7, 23),
    ("list_task_letter", "20270423:7", ""): date(2027, 4, 16),
    ("list_task_letter", "20270423:0", ""): date(2027, 4, 23),
    ("list_task_letter", "20270423:-7", ""): date(2027, 4, 30),
    ("list_task_silent", "20270423:-14", ""): date(2027, 5, 7),
    ("list_task_silent", "20270423:-28", ""): date(2027, 5, 21),
    ("list_task_silent", "20270423:-91", ""): date(2027, 7, 23),
}
TOLD = _FIRST | _SECOND
_ASKED, _REMINDED = "registers/destruction_asked", "registers/destruction_reminded"
_PROCESSOR = "privacy@deklimop.example"
SENT = {
    (_ASKED, _PROCESSOR, date(2027, 1, 13)),
    (_REMINDED, _PROCESSOR, date(2027, 1, 20)),
    (_REMINDED, _PROCESSOR, date(2027, 1, 27)),
    # A fresh link, sent by hand, is the reminder of that day.
    (_ASKED, _PROCESSOR, date(2027, 2, 3)),
    (_ASKED, _PROCESSOR, date(2027, 4, 9)),
    (_REMINDED, _PROCESSOR, date(2027, 4, 16)),
    (_REMINDED, _PROCESSOR, date(2027, 4, 23)),
    (_REMINDED, _PROCESSOR, date(2027, 4, 30)),
}
_EDO, _IBP = "edo@deproef.example", "ilse@deproef.example"
_FG, _BOARD = "fenna@deproef.example", "bram@deproef.example"
# Written at eight: in the letter of the next school day.
MORNINGS = {
    (_EDO, date(2026, 11, 13)),
    (_IBP, date(2026, 11, 23)),  # written on Friday
    (_IBP, date(2026, 11, 27)),
    (_IBP, date(2026, 12, 4)),
    (_EDO, date(2026, 12, 10)),
    (_EDO, date(2026, 12, 11)),
    (_EDO, date(2027, 1, 21)),
    (_EDO, date(2027, 1, 28)),
    (_EDO, date(2027, 2, 4)),
    (_EDO, date(2027, 3, 2)),
    (_EDO, date(2027, 3, 4)),
    (_EDO, date(2027, 3, 8)),  # written on Saturday the 6th
    (_IBP, date(2027, 3, 15)),  # written on Friday and Saturday
    (_EDO, date(2027, 3, 18)),
    (_EDO, date(2027, 4, 19)),  # written on Friday, as the next two
    (_EDO, date(2027, 4, 26)),
    (_EDO, date(2027, 5, 3)),
}
# What is late goes to the role above and the FG too.
MORNINGS |= {
    (each, day)
    for each in (_EDO, _IBP, _FG)
    for day in (
        date(2026, 12, 14),  # written on Friday the 11th
        date(2026, 12, 18),
        date(2026, 12, 28),  # written on the 24th: late, so on the first working day of the holiday
        date(2027, 1, 8),
        date(2027, 2, 11),
        date(2027, 2, 25),
        date(2027, 4, 1),
        date(2027, 4, 5),  # written on Friday and Saturday
        date(2027, 5, 10),
        date(2027, 5, 24),
        date(2027, 6, 3),
        date(2027, 7, 26),  # in the summer holiday
    )
}
# Of approving: the IBP manager, the role above, and the FG; on 27 March it is Easter Saturday.
MORNINGS |= {
    (each, day) for each in (_IBP, _BOARD, _FG) for day in (date(2027, 3, 22), date(2027, 3, 30))
}
GONE = {
    "pupil of De Eik who left on 10 December 2024": date(2026, 12, 11),
    "pupil of De Eik who left on 20 March 2025": date(2027, 3, 21),
    "number of a pupil on the list that was closed": date(2027, 6, 9),
}
_ONE = {"people": 1, "periods": 0, "items": 1, "held": 0, "later": 0}
ENDS = {
    "lists of De Eik": [(2026, "closed", True, _ONE), (2027, "handed", False, _ONE)],
    "numbers on lists of De Eik": ["L-2025"],
    "tasks of De Eik": [
        ("archive", date(2027, 3, 3)),
        ("processor", date(2027, 2, 17)),
        ("archive", None),
        ("processor", None),
    ],
}


def build(world: World) -> None:
    """What De Eik keeps, who left, and the steps that people take."""
    eik = world.cast.eik
    _kept_by_a_processor(world)
    first = people.pupil(eik, "Loek", key="L-2024", left_on=date(2024, 12, 10))
    world.goes["pupil of De Eik who left on 10 December 2024"] = (
        "pupils",
        missing(Pupil, first.pk),
    )

    def enter() -> None:
        late = people.pupil(eik, "Laat", key="L-2025", left_on=date(2025, 3, 20))
        entered.append(late.pk)

    entered: list[int] = []
    world.on(date(2027, 3, 1), enter)
    world.goes["pupil of De Eik who left on 20 March 2025"] = (
        "pupils",
        lambda: bool(entered) and missing(Pupil, entered[0])(),
    )
    is_on_a_list: list[bool] = []
    world.on(date(2026, 11, 20), lambda: is_on_a_list.append("L-2024" in _numbers(DestructionItem)))
    world.goes["number of a pupil on the list that was closed"] = (
        "",
        lambda: (
            bool(is_on_a_list)
            and is_on_a_list[0]
            and "L-2024" not in _numbers(DestructionItem) + _numbers(DestructionItem.history.model)
        ),
    )
    _first_steps(world)
    _second_steps(world)
    _ends(world)


def _numbers(model: Any) -> list[str]:
    return list(model.objects.order_by("pk").values_list("person_key", flat=True))


def _kept_by_a_processor(world: World) -> None:
    """The school keeps the file on paper and at a processor with an address."""
    cast = world.cast
    keeper = make.processor("klimop", "De Klimop", contact_email=_PROCESSOR)
    make.agreement(keeper, schools=[cast.eik], ends_on=None)
    activity = make.bare_activity(
        "V05", schools=[cast.eik], medium=Medium.BOTH, next_review_on=date(2030, 9, 1)
    )
    make.purpose_line(activity)
    make.data_line(activity)
    make.access_line(activity)
    make.recipient_line(activity, party=make.party(), statute="WPO 178a")
    make.recipient_line(activity, processor=keeper)
    activity.measures.set([make.measure()])
    make.establish(activity, at=moment(date(2026, 7, 1)))


def _list(world: World, year: int) -> DestructionList:
    found: DestructionList = DestructionList.objects.get(school=world.cast.eik, year=year)
    return found


def _task(world: World, year: int, kind: str) -> DestructionTask:
    found: DestructionTask = _list(world, year).tasks.get(kind=kind)
    return found


def _step(world: World, year: int, day: date, name: str) -> None:
    """The director checks, the IBP manager approves, the director hands over to both places."""
    cast, at = world.cast, moment(day, 7)

    def act() -> None:
        found = _list(world, year)
        if name == "check":
            stepping.check(found=found, by=cast.eik_director, at=at)
        elif name == "approve":
            stepping.approve(found=found, by=cast.ibp, at=at)
        else:
            places = [each.key for each in places_of(found)]
            assert places == ["processor:klimop", "archive:"]
            handing.hand_over(found=found, chosen=places, by=cast.eik_director, at=at)

    world.on(day, act)


def _first_steps(world: World) -> None:
    edo = world.cast.eik_director
    _step(world, 2026, date(2026, 11, 20), "check")
    _step(world, 2026, date(2026, 12, 9), "approve")
    _step(world, 2026, date(2027, 1, 13), "hand over")

    def prove(kind: str, day: date, *, by_link: int | None = None) -> None:
        handing.prove(
            task=_task(world, 2026, kind),
            proof=handing.Proof(done_on=day, done_by="Bea Beheer", result="Gewist."),
            by=None if by_link else edo,
            at=moment(day, 7),
            link_number=by_link,
        )

    def send_again() -> None:
        task = _task(world, 2026, "processor")
        linking.send_link(task=task, by=edo, at=moment(date(2027, 2, 3), 7))

    world.on(date(2027, 2, 3), send_again)
    # By the second link: the first one serves no more.
    world.on(date(2027, 2, 17), lambda: prove("processor", date(2027, 2, 17), by_link=2))
    world.on(date(2027, 3, 3), lambda: prove("archive", date(2027, 3, 3)))
    world.on(
        date(2027, 6, 9),
        lambda: handing.close(found=_list(world, 2026), by=edo, at=moment(date(2027, 6, 9), 7)),
    )


def _second_steps(world: World) -> None:
    _step(world, 2027, date(2027, 3, 12), "check")
    _step(world, 2027, date(2027, 4, 2), "approve")
    _step(world, 2027, date(2027, 4, 9), "hand over")


def _ends(world: World) -> None:
    eik = world.cast.eik
    lists = DestructionList.objects.filter(school=eik).order_by("year")
    items = DestructionItem.objects.filter(school=eik).order_by("pk")
    tasks = DestructionTask.objects.filter(list__school=eik).order_by("list__year", "kind")
    world.ends["lists of De Eik"] = lambda: [
        (each.year, str(each.state), each.certificate is not None, each.counts)
        for each in lists.all()
    ]
    world.ends["numbers on lists of De Eik"] = lambda: list(
        items.all().values_list("person_key", flat=True)
    )
    world.ends["tasks of De Eik"] = lambda: list(tasks.all().values_list("kind", "done_on"))
