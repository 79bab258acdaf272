"""On what a question rests: the register has to say consent."""

from __future__ import annotations

from registers.models import ActivityVersion, ProcessingActivity


def rests_on_consent(activity: ProcessingActivity) -> bool:
    """Whether the version in force has consent as a legal basis (AVG 6(1)(a))."""
    resting = ActivityVersion.objects.in_force().filter(
        activity=activity, content__purposes__contains=[{"basis": "consent"}]
    )
    return resting.exists()
