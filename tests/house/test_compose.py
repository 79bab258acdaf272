"""The shape for production. No engine runs it here: its schema and these facts must do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

REPOSITORY = Path(__file__).resolve().parents[2]
COMPOSE = REPOSITORY / "docker-compose.yml"
DOCKERFILE = REPOSITORY / "Dockerfile"
OURS = ["beat", "migrate", "web", "worker"]

Compose = dict[str, Any]


@pytest.fixture(scope="module")
def compose() -> Compose:
    loaded: Compose = YAML(typ="safe", pure=True).load(COMPOSE)
    return loaded


@pytest.fixture(scope="module")
def services(compose: Compose) -> Compose:
    found: Compose = compose["services"]
    return found


@pytest.fixture(scope="module")
def instructions() -> list[list[str]]:
    """The Dockerfile as [instruction, rest] pairs, comments dropped and continued lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", DOCKERFILE.read_text(encoding="utf-8")).replace("\\\n", " ")
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]


def pinned(image: str) -> bool:
    return re.fullmatch(r"[a-z0-9./-]+:v?\d[\w.-]*", image) is not None


def test_the_file_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            str(COMPOSE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_services(services: Compose) -> None:
    assert sorted(services) == ["beat", "db", "mail", "migrate", "proxy", "redis", "web", "worker"]
    assert services["mail"]["profiles"] == ["mailcatcher"]
    assert [name for name, service in services.items() if "profiles" in service] == ["mail"]


def test_only_the_proxy_is_reached_from_outside(compose: Compose, services: Compose) -> None:
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "proxy": ["80:8080", "443:8443"],
        "mail": ["127.0.0.1:8025:8025"],
    }
    assert services["db"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}
    assert "inside" not in services["proxy"]["networks"]


def test_every_service_has_a_health_check_or_runs_once(
    services: Compose, instructions: list[list[str]]
) -> None:
    without = [name for name, service in services.items() if "test" not in service["healthcheck"]]

    assert without == ["web", "migrate"]
    assert services["migrate"]["healthcheck"] == {"disable": True}
    assert services["migrate"]["restart"] == "no"
    [[_, check]] = [pair for pair in instructions if pair[0] == "HEALTHCHECK"]
    # Of the process alone: a late sweep or a database that is away is no reason to restart it.
    assert "http://127.0.0.1:8000/gezond/web/" in check


def test_nothing_starts_before_what_it_needs(services: Compose) -> None:
    ready = {
        "migrate": {"condition": "service_completed_successfully"},
        "db": {"condition": "service_healthy"},
        "redis": {"condition": "service_healthy"},
    }

    assert [services[name]["depends_on"] for name in ("web", "worker", "beat")] == [
        ready,
        ready,
        ready,
    ]
    assert services["migrate"]["depends_on"]["db"] == {"condition": "service_healthy"}
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_every_image_is_pinned_to_a_version(
    services: Compose, instructions: list[list[str]]
) -> None:
    bases = [rest.split()[0] for instruction, rest in instructions if instruction == "FROM"]
    images = [service["image"] for service in services.values()]

    assert [image for image in images + bases if not pinned(image)] == []
    assert services["db"]["image"].startswith("postgres:18")


def test_every_service_runs_as_an_ordinary_user_with_nothing_to_spare(services: Compose) -> None:
    for name, service in services.items():
        assert service["user"] not in ("", "root", "0", "0:0"), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name
        assert "cap_add" not in service, name
    assert [name for name, service in services.items() if not service.get("read_only")] == ["proxy"]


def test_what_must_last_lies_in_named_volumes(compose: Compose, services: Compose) -> None:
    assert sorted(compose["volumes"]) == ["certificates", "files", "pgdata"]
    # From 18 on the image keeps its data in a folder per version, below this one.
    assert services["db"]["volumes"] == ["pgdata:/var/lib/postgresql"]
    for name in OURS:
        assert services[name]["volumes"] == ["files:/var/lib/privacyboard/files"]
        assert services[name]["environment"]["FILES_ROOT"] == "/var/lib/privacyboard/files"


def test_production_is_not_a_demo(services: Compose) -> None:
    for name in OURS:
        assert services[name]["environment"]["DEBUG"] == "false"
        assert services[name]["environment"]["DEMO"] == "false"


def test_beat_keeps_no_schedule_file(services: Compose) -> None:
    command = services["beat"]["command"]

    assert command[command.index("--scheduler") + 1] == "privacyboard.celery:SteadyScheduler"
    assert "--schedule" not in command


def test_the_database_repeats_no_row_in_its_log(services: Compose) -> None:
    """Without these, a refused row stands in it, and the statement with all that was typed."""
    assert services["db"]["command"] == [
        "postgres",
        *("-c", "log_error_verbosity=terse"),
        *("-c", "log_min_error_statement=panic"),
    ]


def test_no_secret_stands_in_the_file(services: Compose) -> None:
    required = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|TOKEN|AUTH|EMAIL_URL", variable):
                assert required.fullmatch(value), f"{name}: {variable}"
    passwords = re.findall(r"://[^\s:/@]*:([^@\n]+)@", COMPOSE.read_text(encoding="utf-8"))
    assert [password for password in passwords if not required.fullmatch(password)] == [
        "password"
    ], "the example"
    assert len(passwords) == 3
    assert services["redis"]["command"][-2:] == [
        "--requirepass",
        "${REDIS_PASSWORD:?letters and digits}",
    ]


def test_the_images_end_as_an_ordinary_user_and_hold_no_secret(
    instructions: list[list[str]],
) -> None:
    text = DOCKERFILE.read_text(encoding="utf-8")
    kept = [rest for instruction, rest in instructions if instruction in ("ENV", "ARG")]

    assert [rest for instruction, rest in instructions if instruction == "USER"] == [
        "10001:10001",
        "10001:10001",
    ]
    after_user = [instruction for instruction, _ in instructions[-4:]]
    assert after_user == ["USER", "EXPOSE", "HEALTHCHECK", "CMD"]
    assert [rest for rest in kept if re.search(r"SECRET|PASSWORD|_URL", rest)] == []
    assert "pip install --quiet --require-hashes -r requirements.lock" in text


def test_local_data_and_history_stay_out_of_the_image() -> None:
    left_out = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {".git", ".venv", ".env", "var", "tests"} <= set(left_out)


def test_the_proxy_configuration(compose: Compose, services: Compose) -> None:
    text = compose["configs"]["caddyfile"]["content"]

    assert services["proxy"]["configs"] == [
        {"source": "caddyfile", "target": "/etc/caddy/Caddyfile"}
    ]
    for needed in (
        "admin off",
        "tls ${TLS:-internal}",
        "reverse_proxy web:8000",
        "http_port 8080",
        "https_port 8443",
    ):
        assert needed in text
    assert not re.search(r"(?m)^\s*log\b", text), "addresses of links carry tokens"
    assert "trusted_proxies" not in text, (
        "a visitor could choose the address that limits are counted on"
    )
