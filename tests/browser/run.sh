#!/usr/bin/env bash
# run.sh SEAWALL: writes pages of runs that pass, fail, tell nothing, and hold texts that would like to
# be markup, and looks at them in Debian's Chromium. Ends with 77, which CTest reports as skipped, where
# there is no node, no browser, or its driver was not fetched (`npm ci` in this folder).
set -euo pipefail
seawall=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..

skip() {
  echo "skipped: $1"
  exit 77
}
command -v node >/dev/null || skip "there is no node here (Debian's package nodejs)"
chromium=$(command -v chromium) || skip "there is no chromium here (Debian's package chromium)"
[[ -d $here/node_modules/playwright-core ]] ||
  skip "playwright-core is not here; npm ci in tests/browser fetches it"

pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
# The browser keeps what it keeps beside the pages, and not in a home.
export HOME=$pages/home TMPDIR=$pages/home
mkdir "$HOME"

# run OUT STATUS ARGUMENTS...
run() {
  local out=$1 expected=$2 status=0
  shift 2
  "$seawall" run "$@" --quiet --out "$pages/$out" >"$pages/said" 2>&1 || status=$?
  [[ $status -eq $expected ]] ||
    { cat "$pages/said"; echo "seawall run $*: expected status $expected, found $status"; exit 1; }
}
run quickstart 0 "$root/scenarios/quickstart.toml" --variants --mode sim
run storm 1 "$root/scenarios/gateway/nemesis-instances.toml" --variant no-keys --mode sim
run undone 1 "$root/scenarios/saga/32-crash-mid-compensation.toml" --variant memory-log --mode sim
run hostile 5 "$here/hostile.toml" --mode sim
# Services of one's own: over sockets, and with no ledger.
PATH=$(dirname "$seawall"):$PATH run own 0 "$root/targets/samples/threadpool/starvation.toml"
"$seawall" matrix "$here/matrix.toml" --quiet --out "$pages/matrix" >/dev/null

SEAWALL_PAGES=$pages SEAWALL_CHROMIUM=$chromium node --test "$here/pages.test.mjs"
