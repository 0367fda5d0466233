#!/usr/bin/env bash
# Every scenario with its variants, in virtual time and over real sockets in turn: are the verdicts the
# same? Where they are not, sockets get two more tries, so that a race of timing can be told from a
# difference that stays, and the checks that made it are printed with what they measured.
#
#   tests/nightly.sh SEAWALL [SCENARIO...]      (default: all of scenarios/)
#
# MODE=processes compares with processes instead of sockets in one process.
#
# Ends with 0 where every verdict is the same in at least one of three tries, with 1 where one is not, and with
# 2 where a scenario gives none. About two hours for all of them.
set -euo pipefail
seawall=${1:?"usage: nightly.sh SEAWALL [SCENARIO...]"}
shift
tries=3
live=${MODE:-inprocess}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# judge MODE FILE OUT: runs it; leaves the output in OUT, and one line for each run in OUT.verdicts:
# what became of the scenario, and whether each variant broke what it should.
judge() {
  local mode=$1 file=$2 out=$3
  "$seawall" run "$file" --mode "$mode" --variants --quiet --no-color --out "$work/runs" >"$out" 2>&1 || true
  rm -rf "$work"/runs*
  {
    sed -nE '/^(PASS|FAIL|INCONCLUSIVE|ERROR)\b/ { s/[: ].*//; s/^/scenario: /; p; q }' "$out"
    sed -nE 's/^ *variant ([^ ]+) breaks what it should.*/variant \1: breaks/p
             s/^.*: variant ([^ ]+) was to break.*/variant \1: blind/p' "$out" | sort
  } >"$out.verdicts"
  [[ -s $out.verdicts ]] || printf 'no verdict\n' >"$out.verdicts"
}

# The checks of the scenario itself that did not hold, with what was measured; what could not be judged in any
# run; and the variants that did not break what they should.
reasons() {
  awk '/^replay:/ { own = 1; shown = 0 }
       /^[^ ]/ { shown = !own && /^FAIL / || /^INCONCLUSIVE / || /^seawall:/ }
       shown { print "      " $0 }' "$1"
}

files=("$@")
[[ ${#files[@]} -gt 0 ]] || mapfile -t files < <(find scenarios -name '*.toml' | sort)
same=0 raced=() differ=()
for file in "${files[@]}"; do
  judge sim "$file" "$work/sim"
  if grep -q '^no verdict' "$work/sim.verdicts"; then
    printf 'nightly: %s gives no verdict in virtual time:\n' "$file" >&2
    cat "$work/sim" >&2
    exit 2
  fi
  for ((try = 1; try <= tries; ++try)); do
    judge "$live" "$file" "$work/live"
    if cmp -s "$work/sim.verdicts" "$work/live.verdicts"; then
      if ((try == 1)); then
        same=$((same + 1))
        printf 'same    %s\n' "$file"
      else
        raced+=("$file")
        printf 'raced   %s: the same in try %d of %d; what differed before is above\n' "$file" "$try" "$tries"
      fi
      continue 2
    fi
    printf 'try %d   %s over sockets is not as in virtual time:\n' "$try" "$file"
    { diff "$work/sim.verdicts" "$work/live.verdicts" || true; } |
      sed -nE 's/^< /      virtual time  /p; s/^> /      sockets       /p'
    reasons "$work/live"
  done
  differ+=("$file")
  printf 'DIFFERS %s: in each of %d tries\n' "$file" "$tries"
done
printf '%d the same, %d raced, %d differ\n' "$same" "${#raced[@]}" "${#differ[@]}"
((${#differ[@]} == 0))
