#!/bin/sh
# Brings a fresh machine to a working .venv; `make` calls it whenever the lock or this file changed.
# Everything is pinned and hashed by requirements-dev.lock; pip's own configuration (a mirror, a proxy) is respected.
set -eu
cd "$(dirname "$0")/.."

# Two terminals may run make at once; the second waits, then finds nothing to do.
exec 9<packaging/setup.sh
if command -v flock >/dev/null; then flock 9; fi

# What Qt, the screenshots and PyInstaller look for on Linux, and the Debian package each comes in.
LIBRARIES="
libglib-2.0.so.0:libglib2.0-0 libGL.so.1:libgl1 libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0
libfontconfig.so.1:libfontconfig1 libdbus-1.so.3:libdbus-1-3 libxkbcommon-x11.so.0:libxkbcommon-x11-0
libxcb-cursor.so.0:libxcb-cursor0 libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-shape.so.0:libxcb-shape0 libxcb-xkb.so.1:libxcb-xkb1 libxcb-randr.so.0:libxcb-randr0
libxcb-image.so.0:libxcb-image0 libxcb-render-util.so.0:libxcb-render-util0"
COMMANDS="Xvfb:xvfb xauth:xauth pdftotext:poppler-utils objdump:binutils fc-list:fontconfig
xdotool:xdotool dbus-daemon:dbus-daemon ibus-daemon:ibus"

find_python() {
    for name in python3.11 python3.12 python3.13 python3; do
        # PySide6 6.9.3 has no wheel for 3.14. ensurepip is what Debian splits off into python3-venv.
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
        then echo "$name"; return; fi
    done
}

missing_packages() {
    known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
    for pair in $LIBRARIES; do
        case $known in *"${pair%%:*}"*) ;; *) echo "${pair#*:}" ;; esac
    done
    for pair in $COMMANDS; do
        command -v "${pair%%:*}" >/dev/null || echo "${pair#*:}"
    done
    # A real input method for the tests that type Chinese as people do.
    [ -e /usr/share/ibus/component/libpinyin.xml ] || echo ibus-libpinyin
    # Without any Chinese font every label is a row of boxes; Noto CJK also holds the rare name characters.
    [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || echo fonts-noto-cjk
    [ -n "$(find_python)" ] || echo python3 python3-venv
}

install_packages() {
    line="apt-get install -y --no-install-recommends $*"
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "缺少系统组件，如下面出错，请用管理员身份运行：sudo $line" >&2
        return
    fi
    echo "安装系统组件：$*"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get update -qq && $line; } >"$log" 2>&1; then rm -f "$log"; return; fi
    # An unreachable mirror is no reason to stop: the check at the end says what really fails.
    tail -n 5 "$log" >&2
    echo "系统组件没有装全，稍后可手动运行：$line" >&2
}

stop() { echo "$1" >&2; exit 1; }

if [ "$(uname)" = Linux ]; then
    missing=$(missing_packages | tr '\n' ' ')
    # shellcheck disable=SC2086  # a list of words
    [ -z "$missing" ] || install_packages $missing
fi

python=$(find_python)
[ -n "$python" ] || stop "需要 Python 3.11 至 3.13（含 venv）。Debian/Ubuntu：sudo apt-get install python3 python3-venv"

# A .venv whose interpreter is gone (the folder was moved, Python was upgraded) is made anew.
.venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv

echo "安装 Python 组件（第一次约需一分钟）…"
pip=".venv/bin/python -m pip --disable-pip-version-check --quiet"
$pip install --require-hashes --requirement packaging/requirements-dev.lock
# setuptools is in the lock, so nothing outside it is fetched to build our own package.
$pip install --no-deps --no-build-isolation --editable .

QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'import PySide6.QtWidgets, sqlcipher3' ||
    stop "组件已安装，但无法启动图形库；请按上面的提示补齐系统组件后再运行一次。"
touch .venv/ready
