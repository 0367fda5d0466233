#!/usr/bin/env bash
# in_room.sh [FOLDER]: installs the package that lies in FOLDER (default: here) on a Debian that has nothing, as
# root, and uses it: the quickstart over real sockets, the manual, completions. For a throw-away machine.
set -euo pipefail
folder=$(cd "${1:-.}" && pwd)
export DEBIAN_FRONTEND=noninteractive
fail() { echo "in_room: $1" >&2; exit 1; }

command -v g++ >/dev/null && fail "there is a compiler here; expected a room without one"
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$folder"/seawall_*.deb man-db bash-completion >/dev/null
apt-get install -y -qq --no-install-recommends zsh fish >/dev/null

work=$(mktemp -d)
cd "$work"
seawall --version
# 5: this machine was too busy for a verdict, which is nothing that a package can help.
seawall run quickstart || [[ $? == 5 ]]
seawall run quickstart --mode sim --quiet >/dev/null
[[ -s out/latest/run.json ]] || fail "the run left no files"
seawall run quickstart --mode processes --quiet >/dev/null || [[ $? == 5 ]]
seawall list --names | grep -qx quickstart
seawall doctor || [[ $? == 6 ]]
man --warnings seawall 2>&1 >/dev/null | { ! grep .; } || fail "the manual page has warnings"
man seawall | grep -q 'EXIT STATUS' || fail "there is no manual page"

# Each shell finds the completion that was installed.
bash -c 'source /usr/share/bash-completion/bash_completion
         _comp_load seawall 2>/dev/null || _completion_loader seawall || [[ $? == 124 ]]
         complete -p seawall' || fail "bash has no completion"
zsh -c 'autoload -U compinit && compinit -u && [[ -n $_comps[seawall] ]]' || fail "zsh has no completion"
fish -c 'complete -C "seawall run --mode "' | grep -q inprocess || fail "fish has no completion"

apt-get remove -y -qq seawall >/dev/null
[[ ! -e /usr/share/seawall && ! -e /usr/bin/seawall ]] || fail "something is left of the package"
echo "in_room: the package is sound"
