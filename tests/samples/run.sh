#!/usr/bin/env bash
# run.sh SEAWALL SCENARIO: runs a scenario of targets/samples with all its variants: it must pass, and
# each variant must break what it lists. Ends with 77, which CTest reports as skipped, where what the
# sample needs is not installed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/needs.sh"
seawall=$1
scenario=$2
need "$(dirname "$scenario")"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# The services in C++ lie beside seawall.
PATH=$(dirname "$seawall"):$PATH "$seawall" run "$scenario" --variants --out "$out/run"
