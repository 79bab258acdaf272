"""`make bench`: every figure, what it is held against, the ratio, and whether it is met."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from time import perf_counter

from tests.bench.frame import Figure

MODULES = (
    "pages",
    "imports",
    "people",
    "register_pdf",
    "letters",
    "requests",
    "breaches",
    "breach_form",
    "consent",
    "mail",
    "retention",
)


def main(names: tuple[str, ...]) -> int:
    """Run the modules, each on databases of its own; 1 when a promise is not kept."""
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "privacyboard.settings")
    import django

    django.setup()
    from django.conf import settings

    # Templates and views as in production; the servers of the demo are there already.
    logging.disable(logging.ERROR)  # a page that a role may not see is no news
    settings.DEBUG = False
    settings.ALLOWED_HOSTS = ["*"]
    all_met = True
    for name in names:
        begun = perf_counter()
        for figure in _figures(name):
            sys.stdout.write(f"{figure.line()}\n")
            sys.stdout.flush()
            all_met &= figure.is_met
        sys.stdout.write(f"         ({name}: {perf_counter() - begun:.0f} seconds)\n")
    return 0 if all_met else 1


def _figures(name: str) -> list[Figure]:
    from tests.bench.boards import boards

    module = import_module(f"tests.bench.{name}")
    if getattr(module, "MAKES_BOARDS", False):
        return list(module.figures())
    with boards(1) as made:
        made.use(0)
        return list(module.figures())


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or MODULES))
