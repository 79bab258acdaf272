"""Every field of these lists that holds data of a person, with its fate."""

from __future__ import annotations

from enum import StrEnum


class Fate(StrEnum):
    """What becomes of data of a person in these lists."""

    DETAIL = "removed two years after leaving"
    PERSON = "the row goes when the details went and no record points to it any more"
    TIE = "the row goes with its pupil or its parent"
    PLACE = "the row goes two years after the pupil left"
    TEACHER = (
        "the row goes two years after the last sign of working here: a group, a file, an account"
    )
    ACCOUNT = "removed two years after the last appointment ended; nobody can sign in with it"
    NAME = "a number instead, seven years after the last appointment: who decided stays told apart"
    PROOF = "stays: who did it is part of the account (AVG 5(2))"
    BOARD = (
        "as long as the board gives it: contact data that must be published (AVG 13, 37(7)); five "
        "years after it was replaced it goes from the history"
    )
    GROUP = "the row goes two years after its school year, once no pupil and picture is in it"
    FILE = "removed thirty days after the file was handed in; counts stay"
    FILE_ROW = "the row goes a year after the file was handed in"


# Each as `model.field`.
PERSONAL: dict[str, Fate] = {
    "peoplefile.applied_by": Fate.FILE_ROW,
    "peoplefile.asked_by": Fate.FILE_ROW,
    "peoplefile.document": Fate.FILE,
    "peoplefile.file_name": Fate.FILE,
    "peoplefile.mapping": Fate.FILE_ROW,
    "peoplefile.problem": Fate.FILE_ROW,
    "peoplefile.report": Fate.FILE,
}
# The same of `organisation`; the history of a model holds the same, and shares the fate.
PERSONAL_IN_ORGANISATION: dict[str, Fate] = {
    "appointment.basis": Fate.ACCOUNT,
    "appointment.user": Fate.PROOF,
    "board.breach_email": Fate.BOARD,
    "board.breach_phone": Fate.BOARD,
    "board.email": Fate.BOARD,
    "board.fg_ap_number": Fate.BOARD,
    "board.fg_email": Fate.BOARD,
    "board.fg_name": Fate.BOARD,
    "board.fg_phone": Fate.BOARD,
    "board.ibp_email": Fate.BOARD,
    "board.ibp_name": Fate.BOARD,
    "board.phone": Fate.BOARD,
    "group.key": Fate.GROUP,
    "group.level": Fate.GROUP,
    "group.name": Fate.GROUP,
    "group.sort_name": Fate.GROUP,
    "guardian.email": Fate.DETAIL,
    "guardian.first_name": Fate.PERSON,
    "guardian.infix": Fate.PERSON,
    "guardian.key": Fate.DETAIL,
    "guardian.last_name": Fate.PERSON,
    "guardian.other_emails": Fate.DETAIL,
    "guardian.sort_name": Fate.PERSON,
    "guardianship.guardian": Fate.TIE,
    "guardianship.pupil": Fate.TIE,
    "placement.pupil": Fate.PLACE,
    "pupil.eck_id": Fate.DETAIL,
    "pupil.email": Fate.DETAIL,
    "pupil.first_name": Fate.PERSON,
    "pupil.infix": Fate.PERSON,
    "pupil.key": Fate.PERSON,
    "pupil.last_name": Fate.PERSON,
    "pupil.sort_name": Fate.PERSON,
    "school.email": Fate.BOARD,
    "school.phone": Fate.BOARD,
    "schooluserpermission.user": Fate.PROOF,
    "teacher.email": Fate.TEACHER,
    "teacher.first_name": Fate.TEACHER,
    "teacher.infix": Fate.TEACHER,
    "teacher.key": Fate.TEACHER,
    "teacher.last_name": Fate.TEACHER,
    "teacher.sort_name": Fate.TEACHER,
    "user.email": Fate.ACCOUNT,
    "user.first_name": Fate.NAME,
    "user.infix": Fate.NAME,
    "user.last_name": Fate.NAME,
    "user.password": Fate.ACCOUNT,
    "user.sort_name": Fate.NAME,
}


def contacts_of(model: str) -> tuple[str, ...]:
    """The fields of a board or a school that name who could be reached."""
    pairs = (
        name.split(".") for name, fate in PERSONAL_IN_ORGANISATION.items() if fate == Fate.BOARD
    )
    return tuple(field for owner, field in pairs if owner == model)
