#!/usr/bin/env bash
# unpacked.sh BUILD: makes the .deb of a build, unpacks it into a folder, and uses the program from there as
# one does who has installed it. Ends with 77, which CTest reports as skipped, without dpkg-shlibdeps.
set -euo pipefail
build=$1
command -v dpkg-shlibdeps >/dev/null || { echo "skipped: there is no dpkg-shlibdeps here (dpkg-dev)"; exit 77; }

desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
fail() { echo "$1" >&2; exit 1; }

(cd "$build" && cpack --config CPackConfig.cmake -B "$desk/packages" >"$desk/log") || { cat "$desk/log"; exit 1; }
deb=$(echo "$desk"/packages/seawall_*.deb)
tarball=$(echo "$desk"/packages/seawall-*.tar.gz)
dpkg-deb -x "$deb" "$desk/root"

# It names the libraries that it was linked with, and brings none of them.
depends=$(dpkg-deb -f "$deb" Depends)
for library in libc6 libstdc++6 libfmt libsqlite3-0 libssl; do
  [[ $depends == *$library* ]] || fail "Depends lacks $library: $depends"
done
[[ -z $(find "$desk/root" -name '*.so*') ]] || fail "the package brings libraries"
[[ -z $(find "$desk/root" -perm /022 ! -type l) ]] || fail "others may write to what the package installs"
file=$(file -b "$desk/root/usr/bin/seawall" 2>/dev/null || echo stripped)
[[ $file != *"not stripped"* ]] || fail "the program is not stripped"

for path in share/seawall/scenarios/quickstart.toml share/seawall/scenario.schema.json share/man/man1/seawall.1.gz \
            share/bash-completion/completions/seawall share/zsh/vendor-completions/_seawall \
            share/fish/vendor_completions.d/seawall.fish share/doc/seawall/README.md share/doc/seawall/copyright \
            share/doc/seawall/ci/github.yml; do
  [[ -s $desk/root/usr/$path ]] || fail "the package lacks $path"
done
if [[ $(tar -tzf "$tarball" | grep -cE '/(bin/seawall|scenarios/quickstart.toml)$') != 2 ]]; then
  fail "the archive lacks the program or its scenarios"
fi

# Its scenarios are found by name, from anywhere, and run.
mkdir "$desk/elsewhere" && cd "$desk/elsewhere"
seawall=$desk/root/usr/bin/seawall
[[ $("$seawall" list --names | wc -l) -gt 40 ]] || fail "few scenarios are found"
"$seawall" run quickstart --mode sim --quiet --out run >/dev/null
"$seawall" validate payment-refused
zcat "$desk/root/usr/share/man/man1/seawall.1.gz" | cmp - <("$seawall" man)
"$seawall" completion bash | cmp - "$desk/root/usr/share/bash-completion/completions/seawall"
"$seawall" schema | cmp - "$desk/root/usr/share/seawall/scenario.schema.json"
