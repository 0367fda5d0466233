#!/usr/bin/env bash
# Small requests through an HTTP link and through HAProxy's HTTP mode, each on the first core, with
# wrk and the server on the second. Rounds are interleaved, because the machine is never the same
# for long. Shown are requests per second, and microseconds of the proxy's core for each request,
# which other work on the machine disturbs less.
#
#   tests/bench/http_link_bench.sh [ROUNDS] [SECONDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bench=build/release/tests/bench/http_link_bench
rounds=${1:-5}
seconds=${2:-2}
base=${PORT:-18400}
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; rm -rf "$work"' EXIT

cat >"$work/haproxy.cfg" <<END
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen bench
  bind 127.0.0.1:$((base + 1))
  server one 127.0.0.1:$base
END

declare -A pid
taskset -c 1 "$bench" serve "$base" & pids+=($!)
taskset -c 0 haproxy -f "$work/haproxy.cfg" -db -q & pid[haproxy]=$! pids+=($!)
taskset -c 0 "$bench" link $((base + 2)) "$base" & pid[link]=$! pids+=($!)
taskset -c 0 "$bench" tcp $((base + 3)) "$base" & pid[tcp]=$! pids+=($!)
declare -A port=([haproxy]=$((base + 1)) [link]=$((base + 2)) [tcp]=$((base + 3)))
sleep 0.5

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
for ((round = 1; round <= rounds; ++round)); do
  for name in haproxy link tcp; do
    before=$(ticks "${pid[$name]}")
    taskset -c 1 wrk -t1 -c"${CONNECTIONS:-32}" -d"${seconds}s" "http://127.0.0.1:${port[$name]}/things" >"$work/out"
    after=$(ticks "${pid[$name]}")
    awk -v name="$name" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" '
      /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 }
      END { printf "%-8s %9.0f requests/s %7.2f us of its core each\n", name, rate, ticks / hz * 1e6 / n }' "$work/out"
  done
done | tee "$work/all"
awk '{ n[$1]++; rate[$1, n[$1]] = $2; cost[$1, n[$1]] = $4 }
  function median(a, name, count,   i, j, t, s) {
    for (i = 1; i <= count; ++i) s[i] = a[name, i]
    for (i = 1; i <= count; ++i) for (j = i + 1; j <= count; ++j) if (s[j] < s[i]) { t = s[i]; s[i] = s[j]; s[j] = t }
    return s[int((count + 1) / 2)] }
  END { for (name in n) { r[name] = median(rate, name, n[name]); c[name] = median(cost, name, n[name]) }
    printf "link / haproxy: %.2fx requests/s; %.2fx requests for each second of its core\n", r["link"] / r["haproxy"], c["haproxy"] / c["link"]
    printf "link / tcp:     %.2fx requests/s; %.2fx requests for each second of its core\n", r["link"] / r["tcp"], c["tcp"] / c["link"] }' "$work/all"
