#!/usr/bin/env bash
# run.sh SEAWALL ROOT: the JSON Schema against a validator of others. Ends with 77, which CTest reports
# as skipped, where there is no Python or its packages were not fetched (`./dev test` does).
set -euo pipefail
seawall=$1
root=$2
python=$root/tests/schema/.venv/bin/python
if [[ ! -x $python ]]; then
  echo "skipped: the packages of tests/schema/requirements.txt are not here"
  exit 77
fi
exec "$python" "$root/tests/schema/check.py" "$seawall" "$root/schema/scenario.schema.json" "$root"
