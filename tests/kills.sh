#!/usr/bin/env bash
# What survives SIGKILL, many times: the driver of children that ignore TERM and fork away, 200 times at
# random moments; runs with a fault that a command does and undoes, 200 times; and the services of the shop,
# 500 times under load, with every invariant judged.
#
#   tests/kills.sh BUILD [SEED]       (BUILD: build/release, say; SEED: 1)
#
# Ends with 0 where nothing was left and every invariant held. About eight minutes.
set -euo pipefail
build=${1:?"usage: kills.sh BUILD [SEED]"}
seed=${2:-1}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

echo "200 kills of a driver, seed $seed"
SEAWALL_KILLS=200 SEAWALL_SEED=$seed "$build/tests/os/test_os" "a driver that is killed at any moment*"

echo "200 kills of runs with a deed to undo, seed $seed"
SEAWALL_KILLS=200 SEAWALL_SEED=$seed "$build/tests/own_runs/test_own_runs" "a run that is killed at any moment*"

echo "500 kills of services, seed $seed"
"$build/seawall" run tests/kills/kills.toml --quiet --no-color --seed "$seed" --out "$out/run" --fail-on invariant \
  --set run.duration=260s --set nemesis.to=251s
killed=$(grep -c '"what":"down"' "$out/run/events.jsonl") || true
echo "processes that went down: $killed"
((killed >= 490))
