"""Words of the outbox."""

# States in which a letter did not reach anybody, and nobody tries again: each as it is stored.
UNDELIVERED = ["failed", "bounced"]

# Errors by which the mail server refuses one letter and takes the next: how a row tells them.
ABOUT_ONE_LETTER = ["SMTPRecipientsRefused", "SMTPDataError"]
