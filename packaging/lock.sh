#!/bin/sh
# Pins every dependency for every platform: versions and hashes, and no addresses, so that any mirror serves.
set -eu
cd "$(dirname "$0")/.."

[ -x build/uv/bin/uv ] || { python3 -m venv build/uv && build/uv/bin/pip install --quiet uv; }

compile() {
    output=packaging/requirements-$1.lock; shift
    build/uv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --upgrade \
        --generate-hashes --no-header --no-annotate "$@" pyproject.toml --output-file "$output"
    if grep -nE 'https?://' "$output"; then echo "$output names an address" >&2; exit 1; fi
}

compile dev --extra desktop --extra server --extra dev
# What ships holds the very versions that were tested.
compile desktop --extra desktop --constraints packaging/requirements-dev.lock
compile server --extra server --constraints packaging/requirements-dev.lock
# What `make bench` measures beside us has an environment of its own.
compile bench --extra bench --constraints packaging/requirements-dev.lock
