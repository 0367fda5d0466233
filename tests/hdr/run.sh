#!/usr/bin/env bash
# run.sh PROGRAM: our histogram logs in a reader of another project, and its logs in ours. Ends with
# 77, which CTest reports as skipped, where there is no node or its modules were not fetched
# (`npm ci` in this folder).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v node >/dev/null; then
  echo "skipped: there is no node here (Debian's package nodejs)"
  exit 77
fi
if [[ ! -d node_modules/hdr-histogram-js ]]; then
  echo "skipped: hdr-histogram-js is not here; npm ci in tests/hdr fetches it"
  exit 77
fi
SEAWALL_PROGRAM=$1 exec node --test log.test.mjs
