#!/usr/bin/env bash
# run.sh SEAWALL SCENARIO: runs a scenario of targets/samples with all its variants: it must pass, and
# each variant must break what it lists. Ends with 77, which CTest reports as skipped, where what the
# sample needs is not installed.
set -euo pipefail
seawall=$1
scenario=$2
folder=$(dirname "$scenario")
sample=$(basename "$folder")

skip() {
  echo "skipped: $1"
  exit 77
}

case $sample in
  opossum | cockatiel)
    command -v node >/dev/null || skip "there is no node here (Debian's package nodejs)"
    [[ -d $folder/node_modules/$sample ]] ||
      skip "$sample is not here; npm ci in targets/samples/$sample fetches it"
    ;;
  python)
    [[ -x $folder/.venv/bin/uvicorn ]] ||
      skip "the packages of targets/samples/python are not here; its README says how to fetch them"
    ;;
esac

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The services in C++ lie beside seawall.
PATH=$(dirname "$seawall"):$PATH "$seawall" run "$scenario" --variants --out "$out/run"
