#!/usr/bin/env bash
# run.sh PROGRAM: runs the tests of the Node client against it. Ends with 77, which CTest reports as
# skipped, where there is no node or its modules were not fetched (`npm ci` in this folder).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v node >/dev/null; then
  echo "skipped: there is no node here (Debian's package nodejs)"
  exit 77
fi
if [[ ! -d node_modules/toxiproxy-node-client ]]; then
  echo "skipped: toxiproxy-node-client is not here; npm ci in tests/clients/node fetches it"
  exit 77
fi
SEAWALL_PROGRAM=$1 exec node --test client.test.mjs
