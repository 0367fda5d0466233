#!/usr/bin/env bash
# The same seed gives the same bytes: g++ and clang, -O0 and -O2, ASan, once without fused
# multiply-add and once more from the same program; another seed gives others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Windows, crashes at an index, lost replies: every kind of decision, and quick without optimisation.
scenarios=(scenarios/quickstart.toml scenarios/calls/02-*.toml scenarios/saga/31-*.toml)
mkdir -p build/determinism
reference=build/determinism/reference.txt
rm -f "$reference"

# compare NAME BINARY: runs it and holds its output against the first one's.
compare() {
  local out=build/determinism/$1.txt
  "$2" "${scenarios[@]}" >"$out"
  [[ -f $reference ]] || cp "$out" "$reference"
  if ! diff -u "$reference" "$out"; then
    printf 'determinism: %s gives other bytes than %s\n' "$1" "$(head -1 build/determinism/first)" >&2
    exit 1
  fi
  printf 'determinism: %s agrees\n' "$1"
}

# configured NAME ARGUMENTS...: builds the one target in a tree of its own.
configured() {
  local name=$1; shift
  cmake -S . -B "build/determinism-$name" -G Ninja -DCMAKE_BUILD_TYPE=Release "$@" >/dev/null
  cmake --build "build/determinism-$name" --target determinism >/dev/null
}
binary() { printf 'build/%s/tests/determinism/determinism' "$1"; }

echo "g++ -O2" >build/determinism/first
cmake --preset release >/dev/null
cmake --build --preset release --target determinism >/dev/null
compare gcc-O2 "$(binary release)"
compare gcc-O2-again "$(binary release)"
GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2 compare gcc-O2-without-fma "$(binary release)"

configured gcc-O0 -DCMAKE_CXX_COMPILER=g++ -DCMAKE_CXX_FLAGS_RELEASE=-O0
configured clang-O0 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_CXX_FLAGS_RELEASE=-O0
configured clang-O2 -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_CXX_FLAGS_RELEASE=-O2
for name in gcc-O0 clang-O0 clang-O2; do compare "$name" "$(binary "determinism-$name")"; done

cmake --preset asan >/dev/null
cmake --build --preset asan --target determinism >/dev/null
compare asan "$(binary asan)"
compare asan-again "$(binary asan)"

# Each scenario ran with two seeds: no hash of what was sent may come twice.
if [[ -n $(sed -E 's/.* exchanges ([0-9a-f]+) .*/\1/' "$reference" | sort | uniq -d) ]]; then
  echo "determinism: another seed sends the same requests" >&2
  exit 1
fi
echo "determinism: the same seed gives the same bytes in every build, another seed gives others"
