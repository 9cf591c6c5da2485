#!/bin/sh
# Starts the built program on a machine without a screen and takes it through a day: import, print, sync, window.
set -eu
cd "$(dirname "$0")/.."
program=$PWD/dist/gridclient/gridclient
sample=$PWD/dist/gridclient/_internal/resources/sample
scratch=$(mktemp -d)
export GRIDCLIENT_PASSPHRASE='只在试包时用的口令' QT_QPA_PLATFORM=offscreen GRIDCLIENT_HOME="$scratch/home" GRIDHUB_PASSWORD='试包-只用一次-42' GRIDCLIENT_PASSWORD='试包-只用一次-42'
trap 'kill "${centre:-0}" 2>/dev/null || true; rm -rf "$scratch"' EXIT

"$program" --version
"$program" import --vault "$scratch/a.vault" --home 519905001001 "$sample"/*.xlsx
"$program" figures --vault "$scratch/a.vault" --json
"$program" ledger residents --vault "$scratch/a.vault" --out "$scratch/roll.pdf"
"$program" ledger residents --vault "$scratch/a.vault" --out "$scratch/roll.xlsx"
test -s "$scratch/roll.pdf" && test -s "$scratch/roll.xlsx"

.venv/bin/gridhub account add clerk --role clerk --areas 519905001001 --display-name 内勤 --database "sqlite:///$scratch/hub.db"
.venv/bin/gridhub serve --port 0 --database "sqlite:///$scratch/hub.db" >"$scratch/hub.out" 2>&1 &
centre=$!
for _ in $(seq 100); do
    url=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$scratch/hub.out" | head -n 1)
    [ -n "$url" ] && break
    sleep 0.2
done
"$program" sync --vault "$scratch/a.vault" --url "$url" --account clerk --json
"$program" sync --vault "$scratch/b.vault" --url "$url" --account clerk --json
one=$("$program" figures --vault "$scratch/a.vault" --json)
two=$("$program" figures --vault "$scratch/b.vault" --json)
[ "$one" = "$two" ] || { echo "两台电脑的数字不一致"; exit 1; }

# The window itself: it must still stand after five seconds, and have said nothing.
status=0
timeout 5 "$program" --vault "$scratch/a.vault" >"$scratch/window.out" 2>&1 || status=$?
[ "$status" = 124 ] || { echo "窗口没有站住 (退出码 $status)"; cat "$scratch/window.out"; exit 1; }
du -sh dist/gridclient | sed 's/^/程序大小 /'
echo "试包通过: 导入、打印、同步、窗口都正常"
