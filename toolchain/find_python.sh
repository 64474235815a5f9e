#!/bin/sh
# Prints the Python to set purge-guard up with: 3.11 or newer, able to make virtual environments.
# PYTHON names one; else it is the one that .venv was made with, else the first of the usual names that truly
# runs (a version manager's shim may not).

search() {
    without_venv=""
    for candidate in "$@"; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
        if "$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            exit 0
        fi
        without_venv=$candidate
    done
}

if [ -n "${PYTHON:-}" ]; then
    search "$PYTHON"
    wanted="PYTHON names $PYTHON, which is not a working Python 3.11 or newer"
else
    search .venv/bin/python python3.13 python3.12 python3.11 python3
    wanted="purge-guard needs Python 3.11 or newer, and none was found on PATH"
fi

if [ -n "$without_venv" ]; then
    echo "setup: $without_venv cannot make virtual environments; install its venv package" \
        "(on Debian and Ubuntu: apt install python3-venv)." >&2
else
    echo "setup: $wanted; install one or name it, as in make setup PYTHON=/path/to/python3.12." >&2
fi
exit 1
