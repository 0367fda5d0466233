#!/usr/bin/env bash
# matrix.sh SEAWALL SAMPLE EXPECTED SCENARIO [OPTIONS...]: explores a scenario of a sample, and
# compares its resilience matrix with the one in the file EXPECTED, cell by cell; lines of it that
# begin with # say why. Ends with 77 where what the sample needs is not installed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/needs.sh"
seawall=$1
sample=$2
expected=$3
shift 3
need "$sample"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# 1: a cell breaks or corrupts, which may be what is expected.
PATH=$(dirname "$seawall"):$PATH "$seawall" explore "$@" --out "$out/run" --quiet \
  >"$out/said" || [[ $? -eq 1 ]] || { cat "$out/said"; exit 1; }
fates='survives|degrades|breaks|corrupts|unproven'
sed -nE "s/^([^ ].*)   without a fault.*/\1/p; /^  +\[/p; /^  [a-z0-9 ]+ ($fates|\.)( |\$)/p" \
  "$out/run/explore.txt" >"$out/found"
grep -v '^#' "$expected" | diff - "$out/found" || {
  cat "$out/said"
  echo "the matrix is not that of $expected: < expected, > found"
  exit 1
}
