"""Who may say that a hold is over, or that it goes on. A lawyer can read it. Pure.

| kind                            | its owner | IBP-manager | director of the school | FG, others |
|---------------------------------|-----------|-------------|------------------------|------------|
| rechtszaak of claim, aangifte   | yes       | yes         | no                     | no         |
| every other kind                | yes       | yes         | yes                    | no         |

The owner is who answers for the reason, whatever that person's role is. What is destroyed once a
claim or a report to the police was called over cannot be proven any more (AVG 17(3)(e); Sv 126nd):
a director who does not own it asks the owner or the IBP-manager. The FG supervises and decides
nothing (AVG 38(6)); the FG sees every hold. A hold on the whole board is no school's.
"""

from __future__ import annotations

from privacyboard.clockwork.choices import HoldKind

# Evidence for a court or the police.
EVIDENCE = frozenset({HoldKind.LAWSUIT, HoldKind.POLICE_REPORT})


def may_settle(*, kind: str, is_owner: bool, at_school: bool, everywhere: bool) -> bool:
    """Whether somebody may lift a hold of this kind, or give it another review date.

    `at_school`, `everywhere`: whether the right to check lists is held at the school of the hold
    (False without a school), and on the whole board.
    """
    return is_owner or everywhere or (at_school and kind not in EVIDENCE)
