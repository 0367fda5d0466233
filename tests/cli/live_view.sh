#!/usr/bin/env bash
# live_view.sh SEAWALL: a run on a terminal of its own, of 60 columns and 12 rows. Its view stays within them,
# and there is none where nobody wants it. Ends with 77, which CTest reports as skipped, without `script`.
set -euo pipefail
seawall=$1
command -v script >/dev/null || { echo "skipped: there is no script here (Debian's package bsdutils)"; exit 77; }
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
cd "$desk"
cat >small.toml <<'END'
schema = 1
[scenario]
name = "small"
[run]
warmup = "0s"
duration = "3s"
[target]
store = "memory"
[load]
rate = "20/s"
max_lateness = "10s"
[[load.request]]
use = "place-order"
[[fault]]
name = "a-fault-with-a-name-that-is-longer-than-the-window-is-wide"
on = "order -> payment"
type = "none"
END

failed=0
fail() { echo "$1" >&2; failed=1; }
text=
# on_terminal WORD...: text is what the terminal gets from a run with these words.
on_terminal() {
  script -qefc "stty cols 60 rows 12; '$seawall' run small.toml $*" shown </dev/null >/dev/null ||
    fail "a run with '$*' ended with $?"
  # Without the lines that script itself writes.
  text=$(sed -e '1{/^Script started/d}' -e '/^Script done/d' -e 's/\r//g' shown)
}
drawings() { grep -c $'\033\\[[0-9]*[AJ]' <<<"$text" || true; }

unset CI
export TERM=xterm
on_terminal
[[ $(drawings) -gt 1 ]] || fail "there is no view that is drawn again"
[[ $text == *"in flight"* && $text == *"answered"* && $text == *"faults"* ]] || fail "the view lacks something"
view=$(sed -e 's/\x1b\[[0-9]*[A-Za-z]//g' <<<"$text" | grep -E '^  (load|answered|errors|latency|faults|settle|end) ')
widest=$(awk '{ if (length > w) w = length } END { print w }' <<<"$view")
[[ $widest -lt 60 ]] || fail "a line of the view takes $widest columns"
[[ $text != *$'\033[?'* ]] || fail "a mode of the terminal is changed, which somebody would have to restore"

on_terminal --no-live
[[ $(drawings) == 0 ]] || fail "--no-live has a view"
on_terminal --quiet
[[ $(drawings) == 0 ]] || fail "--quiet has a view"
TERM=dumb on_terminal
[[ $(drawings) == 0 ]] || fail "a dumb terminal has a view"
CI=true on_terminal
[[ $(drawings) == 0 ]] || fail "a CI job has a view"
exit "$failed"
