"""The settings of the tests: a fast hasher, mail in memory; nothing else differs."""

import os

os.environ.setdefault("DEBUG", "true")

from privacyboard.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
