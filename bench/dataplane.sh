#!/bin/sh
# dataplane.sh [--json]: what the data plane costs, measured with real packets in a network of its own.
# After ./run build; with the Node that ./run put here, whatever the machine's own is.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/machine.sh"

if ! node_is_there || [ ! -e "$root/dist/main.js" ]; then
  echo 'bench:dataplane: the program is not built yet; run ./run build' >&2
  exit 1
fi
if ! command -v iperf3 >/dev/null; then
  echo 'bench:dataplane: iperf3 is missing; sudo apt-get install --no-install-recommends iperf3' >&2
  exit 1
fi
use_our_node
exec sh "$root/scripts/private-world.sh" node "$root/bench/dataplane.ts" "$@"
