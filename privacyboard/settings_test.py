"""The settings of the tests: a fast hasher, mail in memory, a database of the run's own."""

import os
from typing import cast

os.environ.setdefault("DEBUG", "true")

from privacyboard.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Two runs in one checkout would drop each other's database.
DATABASES["default"]["TEST"] = {
    "NAME": "test_privacyboard_" + os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:8]
}
# No commit of a test need outlive the machine. And with a handful of rows in each table any order
# of joins does: looking for the best one takes PostgreSQL longer than the statement itself.
cast("dict[str, object]", DATABASES["default"]["OPTIONS"])["options"] = (
    "-c synchronous_commit=off -c join_collapse_limit=1"
)
