"""The settings of the tests: a fast hasher, mail in memory, a database of the run's own."""

import os

os.environ.setdefault("DEBUG", "true")

from privacyboard.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Two runs in one checkout would drop each other's database.
DATABASES["default"]["TEST"] = {
    "NAME": "test_privacyboard_" + os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:8]
}
