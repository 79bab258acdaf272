"""privacyboard: roof and foundation of the house."""

from privacyboard.celery import app as celery_app

__all__ = ["celery_app"]
