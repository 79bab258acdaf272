# The images for docker-compose.yml: `proxy` (TLS) and, as the last stage, the application, which
# serves as web, worker, beat and migrate. Neither holds a secret; both run as an ordinary user.

FROM caddy:2.11-alpine AS proxy
# The copy sheds a file capability with which the binary refuses to start once all capabilities
# are dropped; it is not needed, for the proxy listens on ports above 1024.
RUN cp /usr/bin/caddy /usr/bin/caddy.plain \
    && mv /usr/bin/caddy.plain /usr/bin/caddy \
    && mkdir -p /var/lib/caddy \
    && chown 10001:10001 /var/lib/caddy
ENV XDG_DATA_HOME=/var/lib/caddy \
    XDG_CONFIG_HOME=/var/lib/caddy
USER 10001:10001


FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
COPY requirements.lock pyproject.toml ./
RUN pip install --quiet --require-hashes -r requirements.lock
# The lock also pins the tools of development: they stay out of production.
RUN python -c "import re, tomllib; print(*(re.split(r'[^\w.-]', d)[0] for d in tomllib.load(open('pyproject.toml', 'rb'))['dependency-groups']['dev']))" \
    | xargs pip uninstall --quiet --yes


FROM python:3.11-slim-bookworm AS application
# Pango, HarfBuzz and fonts with Latin, Cyrillic and Arabic: for the PDFs (WeasyPrint).
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        fontconfig \
        fonts-dejavu-core \
        fonts-noto-core \
        libharfbuzz-subset0 \
        libpango-1.0-0 \
        libpangoft2-1.0-0 \
        tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && fc-cache --system-only --force \
    && groupadd --gid 10001 privacyboard \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin privacyboard \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/privacyboard /var/lib/privacyboard/files

COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp \
    FILES_ROOT=/var/lib/privacyboard/files

WORKDIR /app
COPY . .
# Settings refuse to load without these; nothing is contacted, and no value outlives this line.
RUN DEBUG=false \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL=postgresql://build@127.0.0.1:1/build \
    REDIS_URL=redis://127.0.0.1:1/0 \
    ALLOWED_HOSTS=build.example \
    CSRF_TRUSTED_ORIGINS=https://build.example \
    BASE_URL=https://build.example \
    EMAIL_URL=smtp://127.0.0.1:1 \
    DEFAULT_FROM_EMAIL=build@build.example \
    python manage.py collectstatic --noinput --verbosity 0

USER 10001:10001
EXPOSE 8000

# Asks as the proxy would: with a host name that is allowed, and as a visitor over TLS.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/gezond/web/', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].strip().lstrip('.'), 'X-Forwarded-Proto': 'https'}), timeout=8)"]

# No access log: addresses of links carry tokens. The control socket of gunicorn is not used.
CMD ["gunicorn", "privacyboard.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--timeout", "60", "--max-requests", "2000", "--max-requests-jitter", "200", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
