"""The broker is away for a minute, and later hangs: people notice nothing, letters wait."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from statistics import median

from tests.faults.machines import until
from tests.faults.stage import Stage
from tests.faults.table import Finding, at_most, exactly
from tests.faults.visitor import Answer

AWAY_SECONDS = 60
HANGS_SECONDS = 8
# A public form takes sixty of one sender in an hour.
EVERY_SECONDS = 1.5
# Who waits for a broker waits seconds; the machine itself is busier at one time than at another.
LONGER_SECONDS = 1.0
OUT_WITHIN = 20
LETTERS = 20
PAUSE_SECONDS = 1


class Parents:
    """People who ask what is kept about them, one after the other; each gets a receipt by mail."""

    def __init__(self, stage: Stage) -> None:
        self._visitor = stage.visitor()
        self._visitor.get("/verzoek/")
        self.addresses: list[str] = []

    def ask(self) -> Answer:
        """One of them sends the form."""
        self.addresses.append(f"ouder{len(self.addresses)}@thuis.example")
        return self._visitor.post(
            "/verzoek/",
            {
                "relation": "self",
                "name": "Mila Moeder",
                "email": self.addresses[-1],
                "group": "guardians",
                "school": "de-linde",
                "kinds": "access",
                "text": "Wat staat er over mij?",
                "wants": "link",
                "token": f"{len(self.addresses):032}",
            },
        )

    def keep_asking(self, seconds: float) -> list[Answer]:
        """For so long; what each was answered."""
        answers, ends = [], time.monotonic() + seconds
        while time.monotonic() < ends:
            answers.append(self.ask())
            time.sleep(EVERY_SECONDS)
        return answers


def findings(stage: Stage) -> Iterator[Finding]:
    """Callers, lost letters, and how soon everything is out again."""
    stage.run()
    parents = Parents(stage)
    parents.ask()
    usual = median(parents.ask().seconds for _each in range(8))

    # The worker is busy when it happens.
    stage.sink.pause = PAUSE_SECONDS
    busy_with = stage.queue("onderweg", LETTERS)
    until(lambda: stage.sink.open > 0, most=30)
    stage.broker.program.kill()
    answers = parents.keep_asking(AWAY_SECONDS)
    stage.sink.pause = 0
    stage.broker.start()
    took = until(lambda: stage.arrived(busy_with + parents.addresses), most=OUT_WITHIN * 3)

    name = f"{len(answers)} requests while the broker is away for {AWAY_SECONDS} s"
    yield from _callers(name, answers, usual)
    yield exactly("  letters lost", stage.lost(busy_with + parents.addresses), 0)
    yield at_most("  all out after its return", took, OUT_WITHIN, "s")

    stage.broker.program.signal(signal.SIGSTOP)
    answers = parents.keep_asking(HANGS_SECONDS)
    stage.broker.program.signal(signal.SIGCONT)
    took = until(lambda: stage.arrived(parents.addresses), most=OUT_WITHIN * 3)
    yield from _callers(f"{len(answers)} requests while the broker hangs", answers, usual)
    yield at_most("  all out after its return", took, OUT_WITHIN, "s")
    stage.beats()
    yield exactly(
        "  letters lost, or doubled", (stage.lost(parents.addresses), stage.doubled()), (0, 0)
    )


def _callers(name: str, answers: list[Answer], usual: float) -> Iterator[Finding]:
    yield exactly(f"{name}: errors", sum(not each.is_well for each in answers), 0)
    usually = median(each.seconds for each in answers)
    yield at_most("  how long they took (median)", usually, round(usual + LONGER_SECONDS, 1), "s")
