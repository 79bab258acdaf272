"""What is wrong with the settings is said at start-up, all at once, by name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "a-key-of-these-tests-and-of-nothing-else-in-the-world",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
READ = "from privacyboard import settings; print({})"


def start(show: str = "'read'", **environment: str) -> tuple[int, str]:
    """Read the settings in a process with nothing in its environment but this."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READ.format(show)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, (run.stdout or run.stderr).strip().splitlines()[-1]


class TestMissing:
    def test_everything_that_is_missing_is_named(self) -> None:
        code, said = start()
        assert code == 1
        assert said == (
            "django.core.exceptions.ImproperlyConfigured: Set SECRET_KEY, DATABASE_URL, REDIS_URL"
            " in the environment (or as NAME_FILE): without DEBUG the application brings no server"
            " and no key of its own."
        )

    @pytest.mark.parametrize("name", sorted(COMPLETE))
    def test_one_that_is_missing_is_named(self, name: str) -> None:
        given = {key: value for key, value in COMPLETE.items() if key != name}
        code, said = start(**given)
        assert code == 1
        assert f"ImproperlyConfigured: Set {name} in the environment" in said

    def test_with_all_three_it_starts(self) -> None:
        assert start(**COMPLETE) == (0, "read")

    def test_a_demo_asks_for_debug(self) -> None:
        code, said = start(DEMO="true", **COMPLETE)
        assert code == 1
        assert "DEMO shows letters and logins to everybody: it asks for DEBUG." in said


class TestFiles:
    def test_a_secret_can_stand_in_a_file(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("from-a-file\n", encoding="utf-8")
        given = {**COMPLETE, "SECRET_KEY": "from-the-environment", "SECRET_KEY_FILE": str(secret)}
        assert start("settings.SECRET_KEY", **given) == (0, "from-a-file")

    def test_a_file_that_is_not_there_is_an_error(self, tmp_path: Path) -> None:
        code, said = start(**{**COMPLETE, "SECRET_KEY_FILE": str(tmp_path / "gone")})
        assert code == 1
        assert "FileNotFoundError" in said

    def test_mail_and_database_come_from_their_addresses(self, tmp_path: Path) -> None:
        address = tmp_path / "mail"
        address.write_text("submission://piet:geheim@mail.example:587", encoding="utf-8")
        shown = (
            "settings.EMAIL_BACKEND.split('.')[-2], settings.EMAIL_HOST, settings.EMAIL_PORT,"
            " settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD,"
            " settings.DATABASES['default']['NAME']"
        )
        assert start(shown, EMAIL_URL_FILE=str(address), **COMPLETE) == (
            0,
            "smtp mail.example 587 True piet geheim nothing",
        )


class TestProduction:
    def test_is_closed(self) -> None:
        shown = (
            "settings.DEBUG, settings.DEMO, settings.SESSION_COOKIE_SECURE,"
            " settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT,"
            " settings.SECURE_HSTS_SECONDS"
        )
        assert start(shown, **COMPLETE) == (0, "False False True True True 31536000")

    def test_an_upload_is_bounded_and_mail_and_broker_do_not_wait(self) -> None:
        shown = (
            "settings.UPLOAD_LIMIT_BYTES, settings.EMAIL_TIMEOUT,"
            " settings.CELERY_BROKER_TRANSPORT_OPTIONS['max_retries'],"
            " settings.CELERY_BEAT_SCHEDULER"
        )
        assert start(shown, **COMPLETE) == (0, "26214400 15 0 privacyboard.celery:SteadyScheduler")
