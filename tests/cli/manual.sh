#!/usr/bin/env bash
# manual.sh SEAWALL: the manual page, as man and mandoc read it. Ends with 77, which CTest reports as
# skipped, where neither is installed.
set -euo pipefail
page=$(mktemp --suffix=.1)  # mandoc reads the section in the name
trap 'rm -f "$page"' EXIT
"$1" man >"$page"
checked=0
complain() { printf '%s\n' "$1"; exit 1; }
if command -v man >/dev/null && command -v groff >/dev/null; then
  warnings=$(man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
  [[ -z $warnings ]] || complain "$warnings"
  checked=1
fi
if command -v mandoc >/dev/null; then
  # It has no date, so that the same source gives the same page.
  warnings=$(mandoc -Tlint -W warning "$page" | grep -v 'missing date' || true)
  [[ -z $warnings ]] || complain "$warnings"
  checked=1
fi
[[ $checked == 1 ]] || { echo "skipped: there is neither man with groff nor mandoc here"; exit 77; }
