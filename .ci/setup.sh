#!/usr/bin/env bash
# Makes ready what `make` needs: system libraries, fonts and the packages of requirements.lock.
#
#   .ci/setup.sh demo    to run the application
#   .ci/setup.sh test    the same, and Chromium for the browser stories
#
# Starts from a Debian or Ubuntu machine with Python 3.11 or newer (with venv) and make. As root it
# installs what is missing through apt; as an ordinary user it says what is missing, and stops.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

purpose=${1:-demo}
case $purpose in
    demo | test) ;;
    *) echo "usage: .ci/setup.sh demo|test" >&2; exit 2 ;;
esac

stop() { printf '%s\n' "$@" >&2; exit 1; }

# --- Python ---------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

python=$(find_python) || stop "Python 3.11 or newer is needed and was not found."

# --- Libraries, fonts, time zones -----------------------------------------------------------------

has_libraries() {
    "$python" - 2>/dev/null <<'PY'
import ctypes

for name in (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
):
    ctypes.CDLL(name)
PY
}

# A font family that writes Dutch, Russian and Arabic; DejaVu Sans does.
has_fonts() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list ':lang=nl:lang=ru:lang=ar' family 2>/dev/null)" ]
    else
        [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.fonts" \
            "${HOME:-/nonexistent}/.local/share/fonts" -name 'DejaVuSans.ttf' -print -quit 2>/dev/null)" ]
    fi
}

has_time_zones() {
    "$python" -c 'import zoneinfo; zoneinfo.ZoneInfo("Europe/Amsterdam")' 2>/dev/null
}

has_venv() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null
}

has_chromium() {
    local candidate
    for candidate in "${PRIVACYBOARD_CHROMIUM:-}" chromium chromium-browser; do
        # Asked for its version: on Ubuntu the command may be a stub without a browser behind it.
        if [ -n "$candidate" ] && "$candidate" --version >/dev/null 2>&1; then
            return
        fi
    done
    return 1
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

apt_is_fresh=

# Quiet while it goes well; otherwise the end of what apt had to say.
apt_install() {
    local log
    log=$(mktemp)
    echo "Installing with apt: $*"
    if { [ -n "$apt_is_fresh" ] || DEBIAN_FRONTEND=noninteractive apt-get update -qq; } >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1
    then
        apt_is_fresh=yes
        rm -f "$log"
    else
        tail -n 15 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

missing=()
reasons=()
check_system() {
    missing=()
    reasons=()
    has_libraries || {
        missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
        reasons+=("Pango (it makes the PDFs)")
    }
    has_fonts || {
        missing+=(fontconfig fonts-dejavu-core)
        reasons+=("a font with Latin, Cyrillic and Arabic")
    }
    has_time_zones || {
        missing+=(tzdata)
        reasons+=("the time zones")
    }
    has_venv || {
        missing+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
        reasons+=("Python's venv")
    }
}

listed() { local text; text=$(printf '; %s' "$@"); echo "${text#; }"; }

check_system
if [ ${#missing[@]} -gt 0 ]; then
    may_install || stop "This machine lacks: $(listed "${reasons[@]}"). Please install it, and start again:" \
        "    sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    apt_install "${missing[@]}" || stop "apt could not install ${missing[*]}."
    check_system
    [ ${#missing[@]} -eq 0 ] || stop "Still missing after installation: $(listed "${reasons[@]}")."
fi

# --- The packages of requirements.lock ------------------------------------------------------------

stamp=.venv/.installed
locked="$(sha256sum <requirements.lock | cut -d ' ' -f 1)"

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "Making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$locked" ]; then
    echo "Installing the packages of requirements.lock into .venv (a few minutes the first time)"
    rm -f "$stamp"
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --root-user-action=ignore \
        --no-input --require-hashes --requirement requirements.lock
    .venv/bin/python -c 'import weasyprint' ||
        stop "WeasyPrint does not find its libraries; see its message above."
    echo "$locked" >"$stamp"
fi

# --- A browser for the stories --------------------------------------------------------------------

if [ "$purpose" = test ] && ! has_chromium; then
    if may_install && apt_install chromium && has_chromium; then
        :
    elif [ "$(id -u)" = 0 ]; then
        echo "No Chromium: apt could not install it. The browser stories are skipped."
    else
        echo "No Chromium: the browser stories are skipped (sudo apt-get install chromium brings them back)."
    fi
fi
