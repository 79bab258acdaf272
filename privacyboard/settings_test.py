"""The settings of the tests: a fast hasher, mail in memory; nothing else differs."""

import os

os.environ.setdefault("DEBUG", "true")

from privacyboard.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["TEST"] = {
    "NAME": "test_privacyboard_" + os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:8]
}
