"""What an error of the mail server means for the letter: try again, or stop for good."""

from __future__ import annotations

import smtplib

_ABOUT_US = (
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPSenderRefused,
)
# RFC 3463, X.7: security or policy. At RCPT it is the relay that will not carry our mail ("relay
# access denied"), or one receiver that wants none of it; it never says that there is no such box.
_POLICY = b"5.7."


def is_permanent(error: Exception) -> bool:
    """A 5xx answer about this letter is final; 4xx and a lost connection are tried again.

    A refusal of ourselves (our password, our address, our server) is put right here, not in the
    letter: it waits.
    """
    if _denies_us(error):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, _ABOUT_US):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def describe(error: Exception) -> str:
    """Kind and code of an error, never its text: that can repeat an address."""
    codes: list[int] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    # By a name of its own: nothing is said of the address.
    kind = "RelayDenied" if _denies_us(error) else type(error).__name__
    return " ".join([kind, *map(str, codes)])


def _denies_us(error: Exception) -> bool:
    """Whether the relay refuses every receiver by its policy, and none for want of a mailbox."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= 500 and text.startswith(_POLICY) for code, text in error.recipients.values()
    )
