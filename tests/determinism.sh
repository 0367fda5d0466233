#!/usr/bin/env bash
# The same seed gives the same bytes: g++ and clang, -O0 and -O2, ASan, once without fused
# multiply-add and once more from the same program; another seed gives others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Windows, crashes at an index, lost replies: every kind of decision, and quick without optimisation.
scenarios=(scenarios/quickstart.toml scenarios/calls/02-*.toml scenarios/saga/31-*.toml)
out=build/determinism
rm -rf "$out"
mkdir -p "$out"

# started NAME BUILD: runs the program of a build, while the next one is built.
declare -A running
trap 'kill "${running[@]}" 2>/dev/null || true' EXIT
started() {
  "build/$2/tests/determinism/determinism" "${scenarios[@]}" >"$out/$1.txt" &
  running[$1]=$!
}

# built BUILD ARGUMENTS...: the one target, configured with these.
built() {
  local build=$1; shift
  cmake -B "build/$build" "$@" >/dev/null
  cmake --build "build/$build" --target determinism >/dev/null
}

# plain NAME COMPILER LEVEL: in a tree of its own.
plain() {
  built "determinism-$1" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$2" \
    -DCMAKE_CXX_FLAGS_RELEASE="$3"
  started "$1" "determinism-$1"
}

built release --preset release
started gcc-O2 release
started gcc-O2-again release
GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2 started gcc-O2-without-fma release
built asan --preset asan
started asan asan
plain gcc-O0 g++ -O0
plain clang-O0 clang++-19 -O0
plain clang-O2 clang++-19 -O2

for name in "${!running[@]}"; do
  wait "${running[$name]}" || { echo "determinism: $name did not run to its end" >&2; exit 1; }
done
trap - EXIT
reference=$out/gcc-O2.txt
for name in "${!running[@]}"; do
  if ! diff -u "$reference" "$out/$name.txt"; then
    printf 'determinism: %s gives other bytes than gcc-O2\n' "$name" >&2
    exit 1
  fi
  printf 'determinism: %s agrees\n' "$name"
done

# Each scenario ran with two seeds: no hash of what was sent may come twice.
if [[ -n $(sed -E 's/.* exchanges ([0-9a-f]+) .*/\1/' "$reference" | sort | uniq -d) ]]; then
  echo "determinism: another seed sends the same requests" >&2
  exit 1
fi
echo "determinism: the same seed gives the same bytes in every build, another seed gives others"
