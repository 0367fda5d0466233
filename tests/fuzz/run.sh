#!/usr/bin/env bash
# Builds every fuzz target with ASan and UBSan and runs each for SECONDS (default 60).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
[[ $seconds =~ ^[0-9]+$ ]] || { echo "fuzz: '$seconds' is no number of seconds" >&2; exit 2; }

# Without precompiled headers, so that a file which does not include what it uses is found.
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-19 \
  -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" -DSEAWALL_FUZZERS=ON -DSEAWALL_PRECOMPILE=OFF -DSEAWALL_SANITIZE=address,undefined >/dev/null
targets=$(sed -nE 's/^seawall_fuzzer\(NAME ([a-z_]+).*/fuzz_\1/p' tests/fuzz/CMakeLists.txt)
# shellcheck disable=SC2086  # a list of words
cmake --build build/fuzz --target $targets >/dev/null
for target in $targets; do
  corpus=build/fuzz/corpus/$target
  mkdir -p "$corpus"
  echo "== $target, $seconds s"
  if ! output=$("build/fuzz/tests/fuzz/$target" -max_total_time="$seconds" -max_len=4096 \
    -timeout=10 -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/$target-" \
    "$corpus" 2>&1); then
    tail -40 <<<"$output" >&2
    exit 1
  fi
  grep "stat::number_of_executed_units" <<<"$output"
done
