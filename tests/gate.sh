#!/usr/bin/env bash
# Gates over real sockets: of four over equals none may fail, and each of three in which B's service
# time is a fifth longer has to. It takes three quarters of an hour, and a machine that nobody else
# uses: what is measured elsewhere is the others.
#
#   gate.sh PROGRAM [OPTIONS of seawall gate...]     such as --most-foreign 100%
set -uo pipefail
scenario=$(dirname "${BASH_SOURCE[0]}")/gate/reads.toml
seawall=$1
shift
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# gate NAME EXPECTED SEED [OPTIONS...]: its last lines, and whether the verdict is one of EXPECTED.
wrong=0
gate() {
  local name=$1 expected=$2 seed=$3
  shift 3
  echo "== $name (seed $seed)"
  "$seawall" gate "$scenario" --mode inprocess --seed "$seed" --out "$out/$name-$seed" --ci none "$@" >"$out/text"
  local status=$?
  grep -E '^(all requests|  p(50|90|99) .*[0-9]\.[0-9]{4}|note|PASS|FAIL|REGRESSION|INCONCLUSIVE)' "$out/text"
  local verdict
  verdict=$(sed -nE 's/^(PASS|FAIL|REGRESSION|INCONCLUSIVE):.*/\1/p' "$out/text")
  if [[ -z $verdict || ! " $expected " == *" $verdict "* ]]; then
    echo "WRONG: '$verdict', exit $status; expected one of: $expected"
    wrong=1
  fi
}

for seed in 1000 2000 3000; do
  gate slower REGRESSION "$seed" --b-set target.capacity.inventory.service_time=6ms "$@"
done
for seed in 4000 5000 6000 7000; do
  gate equal "PASS INCONCLUSIVE" "$seed" "$@"
done
exit "$wrong"
