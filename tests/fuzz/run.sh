#!/usr/bin/env bash
# Builds fuzz targets with ASan and UBSan and runs each of them.
#
#   run.sh [SECONDS | -runs=COUNT] [TARGET...]     60 seconds each, and all of them
#
# TARGET is a name of tests/fuzz/CMakeLists.txt ("http_framing"). What it learns stays in
# build/fuzz/corpus, and an input that breaks something in build/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

limit=-max_total_time=60 words="60 s"
if [[ ${1-} =~ ^[0-9]+$ ]]; then
  limit=-max_total_time=$1 words="$1 s"
  shift
elif [[ ${1-} =~ ^-runs=[0-9]+$ ]]; then
  limit=$1 words="${1#-runs=} inputs"
  shift
fi
known=$(sed -nE 's/^seawall_fuzzer\(NAME ([a-z_]+).*/\1/p' tests/fuzz/CMakeLists.txt)
for name in "$@"; do
  grep -qx -- "$name" <<<"$known" ||
    { echo "fuzz: expected SECONDS or -runs=COUNT, and of $(tr '\n' ' ' <<<"$known")found '$name'" >&2; exit 2; }
done
# shellcheck disable=SC2086  # a list of words
[[ $# -gt 0 ]] || set -- $known

# Without precompiled headers, so that a file which does not include what it uses is found.
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++-19 \
  -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" -DSEAWALL_FUZZERS=ON -DSEAWALL_PRECOMPILE=OFF -DSEAWALL_UNITY=OFF -DSEAWALL_SANITIZE=address,undefined >/dev/null
cmake --build build/fuzz --target "${@/#/fuzz_}" >/dev/null

# What is freed is kept apart for a while, which costs most of the memory and the caches: less of it
# is enough where each input frees what it took. So are two frames of where it was allocated, and
# memory that is not given back to the system between inputs.
export ASAN_OPTIONS=${ASAN_OPTIONS-detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:quarantine_size_mb=16:malloc_context_size=2:allocator_release_to_os_interval_ms=-1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS-print_stacktrace=1:halt_on_error=1}
for name in "$@"; do
  corpus=build/fuzz/corpus/fuzz_$name
  mkdir -p "$corpus"
  echo "== fuzz_$name, $words"
  if ! output=$("build/fuzz/tests/fuzz/fuzz_$name" "$limit" -max_len=1024 \
    -timeout=10 -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/fuzz_$name-" \
    "$corpus" 2>&1); then
    tail -40 <<<"$output" >&2
    exit 1
  fi
  grep -E "stat::(number_of_executed_units|average_exec_per_sec)" <<<"$output"
done
