"""On what a question rests: the register has to say consent."""

from __future__ import annotations

from registers.models import ActivityVersion, ProcessingActivity


def rests_on_consent(activity: ProcessingActivity) -> bool:
    """Whether the version in force has consent as a legal basis (AVG 6(1)(a)).

    Of a purpose, or of what a party outside receives: sharing with a ZAT, a PCL, a helper, another
    school.
    """
    resting = ActivityVersion.objects.in_force().resting_on_consent()
    return resting.filter(activity=activity).exists()
