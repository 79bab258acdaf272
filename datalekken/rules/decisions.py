"""What a decision must say before it can stand (AVG 33(1), 34; OPO-046, OPO-048)."""

from __future__ import annotations

from collections.abc import Mapping

from datalekken.choices import Nature, Risk, TellGround


def decision_problems(
    *,
    notifies: bool,
    notify_reasons: str,
    tells: bool,
    tell_reasons: str,
    tell_ground: str,
    public_notice: str,
    deviation_reason: str,
    risk: str,
    nature: str,
    fg_advises_notifying: bool | None,
    fg_advises_telling: bool | None,
) -> Mapping[str, str]:
    """What is missing, in words per field; empty when the decision can stand.

    `risk` is that of the last assessment, empty where none was made. At a high risk not telling
    asks one of the three grounds of 34(3); the third asks the text of the public notice.
    """
    problems: dict[str, str] = {}
    is_breach = nature == Nature.BREACH
    if nature == Nature.UNKNOWN:
        problems["nature"] = "Kies of het een datalek, een bijna-datalek of geen datalek is."
    if is_breach and not risk:
        problems[""] = "Maak eerst de risicobeoordeling. Daarna kunt u beslissen."
    if notifies and not is_breach:
        problems["notifies"] = "Alleen een datalek meldt u bij de AP."
    if not notify_reasons.strip():
        problems["notify_reasons"] = "Schrijf op waarom u wel of niet meldt bij de AP."
    if not tell_reasons.strip():
        problems["tell_reasons"] = "Schrijf op waarom u het de mensen wel of niet vertelt."
    if is_breach:
        problems |= _ground_problems(tells, tell_ground, public_notice, risk)
    if (
        deviates(
            notifies=notifies,
            tells=tells,
            fg_advises_notifying=fg_advises_notifying,
            fg_advises_telling=fg_advises_telling,
        )
        and not deviation_reason.strip()
    ):
        problems["deviation_reason"] = "U wijkt af van het advies van de FG. Schrijf op waarom."
    return problems


def _ground_problems(
    tells: bool, tell_ground: str, public_notice: str, risk: str
) -> dict[str, str]:
    """What is wrong with the ground not to tell (AVG 34(3))."""
    problems: dict[str, str] = {}
    if not tells and risk == Risk.HIGH and not tell_ground:
        problems["tell_ground"] = (
            "Bij een hoog risico vertelt u het de mensen. Kies een van de drie gronden als u dat "
            "niet doet (AVG, artikel 34 lid 3)."
        )
    if tells and tell_ground:
        problems["tell_ground"] = (
            "U vertelt het de mensen: kies dan geen grond om dat niet te doen."
        )
    if not tells and tell_ground == TellGround.DISPROPORTIONATE and not public_notice.strip():
        problems["public_notice"] = (
            "Schrijf het openbare bericht waarmee de mensen het toch te horen krijgen "
            "(AVG, artikel 34 lid 3 onder c)."
        )
    return problems


def deviates(
    *,
    notifies: bool,
    tells: bool,
    fg_advises_notifying: bool | None,
    fg_advises_telling: bool | None,
) -> bool:
    """Whether the decision is another than the FG advised; without advice it is not."""
    return (fg_advises_notifying is not None and fg_advises_notifying != notifies) or (
        fg_advises_telling is not None and fg_advises_telling != tells
    )
