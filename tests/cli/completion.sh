#!/usr/bin/env bash
# completion.sh bash|zsh|fish SEAWALL: sources the completion in the shell itself and completes lines with
# it, as a user does who presses Tab. Ends with 77, which CTest reports as skipped, without that shell.
set -euo pipefail
shell=$1
seawall=$2
command -v "$shell" >/dev/null || { echo "skipped: there is no $shell here"; exit 77; }

desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
mkdir -p "$desk/bin" "$desk/work/scenarios/calls"
ln -s "$seawall" "$desk/bin/seawall"
export PATH=$desk/bin:$PATH
cd "$desk/work"
"$seawall" completion "$shell" >"$desk/completion"
printf 'schema = 1\n[scenario]\nname = "calls/slow-payment"\n[load]\nrate = "10/s"\n[[load.request]]\nuse = "place-order"\n' \
  >scenarios/calls/07-slow-payment.toml
: >mine.toml
: >notes.txt

# complete WORD...: what the last word, which may be begun or empty, can become, one a line.
case $shell in
  bash)
    # shellcheck disable=SC1091
    source "$desk/completion"
    compopt() { :; }  # is for a completion that readline has asked for
    complete_line() {
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _seawall
      printf '%s\n' "${COMPREPLY[@]}"
    }
    ;;
  zsh)
    # Without a terminal there is no completion; what would be offered is printed instead.
    complete_line() {
      zsh -f -c 'compadd() { local word; for word; do [[ $word == -- ]] || print -r -- $word; done; }
                 _files() { if [[ $1 == -g ]]; then print -rl -- *.toml(N); else print -rl -- *(N); fi; }
                 compdef() { :; }; compset() { :; }
                 source "$1"; shift; words=("$@"); CURRENT=$#; _seawall' zsh "$desk/completion" "$@"
    }
    ;;
  fish)
    complete_line() {
      local line
      line=$(printf '%q ' "${@:1:$#-1}")
      fish --no-config -c 'source $argv[1]; complete -C "$argv[2]"' "$desk/completion" \
        "$line${*: -1}" | cut -f 1
    }
    ;;
esac

failed=0
# offers WORD... : EXPECTED...: each of these is offered.
# refuses WORD... : EXPECTED...: none of these is.
check() {
  local verb=$1 line=() offered word
  shift
  while [[ $1 != : ]]; do line+=("$1"); shift; done
  shift
  offered=$(complete_line "${line[@]}")
  for word in "$@"; do
    if grep -qxF -- "$word" <<<"$offered"; then
      [[ $verb == offers ]] || { echo "'${line[*]}' offers $word"; failed=1; }
    else
      [[ $verb == refuses ]] || { echo "'${line[*]}' does not offer $word; but: ${offered//$'\n'/ }"; failed=1; }
    fi
  done
}

check offers seawall '' : run validate doctor schema completion proxies
check refuses seawall '' : --seed sim slow-payment
check offers seawall run - : --mode --seed --variants --fail-on
check offers seawall run --mode '' : sim inprocess processes
check refuses seawall run --mode '' : run slow-payment
check offers seawall gate --mode '' : sim inprocess processes
check offers seawall compare --ci '' : github none auto
check offers seawall run '' : slow-payment mine.toml
check refuses seawall run '' : notes.txt
check offers seawall run slow-payment --mode sim '' : slow-payment
check offers seawall run --seed 7 mine.toml - : --mode
check offers seawall completion '' : bash zsh fish
check offers seawall serve '' : gateway payment
check offers seawall serve payment --scenario '' : slow-payment
check offers seawall proxies '' : list create toggle
check offers seawall proxies create - : --listen --upstream
check offers seawall explore --matrix '' : saga
check offers seawall xray --as '' : table json policy checks
[[ $shell != bash ]] || check offers seawall run --mode = '' : sim
exit "$failed"
