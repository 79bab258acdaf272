"""Words of the outbox."""

# States in which a letter did not reach anybody, and nobody tries again: each as it is stored.
UNDELIVERED = ["failed", "bounced"]
