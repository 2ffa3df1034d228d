#!/bin/sh
# Make .venv ready: `sh tools/prepare.sh run` for running, `sh tools/prepare.sh test` for the tests too.
# Says what it does and, when something is missing, the exact command that mends it. Works with a proxy or mirror
# that pip and apt are configured for; names no address itself.
set -eu

cd "$(dirname "$0")/.."
purpose=${1:-run}
say() { printf '%s\n' "→ $*" >&2; }
stop() { printf '%s\n' "✗ $*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }

debian_install() { # packages…
    if ! command -v apt-get >/dev/null 2>&1; then stop "Missing: $*. Install them with your system's package manager."; fi
    if ! is_root; then stop "Missing: $*. Install them with: sudo apt-get install $*"; fi
    say "Installing with apt-get: $*"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" >/dev/null
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 && new_enough "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    found=$(python3 -V 2>/dev/null || echo "no Python 3")
    stop "Yingzao needs Python 3.11 or later; found: $found. Name another with: make run PYTHON=/path/to/python3"
fi

if ! .venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        debian_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    say "Making .venv with $("$python" -V)"
    rm -rf .venv
    "$python" -m venv .venv
fi
pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }

if [ "$purpose" = test ]; then lock=requirements-dev.lock; else lock=requirements.lock; fi
say "Installing $(grep -c '==' "$lock") Python packages from $lock (a minute or two the first time)"
pip install -qq --require-hashes -r "$lock" || stop "pip could not install the packages. Is the package index reachable?"

# The clone itself, without a build: its source on the path, and the command beside python.
.venv/bin/python - <<'END'
import pathlib, stat, sysconfig
source = pathlib.Path("src").resolve()
pathlib.Path(sysconfig.get_path("purelib"), "yingzao-clone.pth").write_text(f"{source}\n")
command = pathlib.Path(".venv/bin/yingzao")
command.write_text(f"#!{pathlib.Path('.venv/bin/python').absolute()}\nfrom yingzao.cli import main\n\nmain()\n")
command.chmod(command.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
END

say "Compiling the translations"
.venv/bin/python tools/messages.py compile
touch .venv/ready-to-run

if [ "$purpose" = test ]; then
    missing=
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    [ -n "$(fc-list ':lang=zh-cn' 2>/dev/null)" ] || missing="$missing fonts-noto-cjk"
    command -v xgettext >/dev/null 2>&1 || missing="$missing gettext"
    command -v ffmpeg >/dev/null 2>&1 || missing="$missing ffmpeg"
    # shellcheck disable=SC2086  # one word a package
    [ -z "$missing" ] || debian_install $missing
    touch .venv/ready-to-test
fi
