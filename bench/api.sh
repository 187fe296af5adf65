#!/bin/sh
# api.sh [--json] [PART…]: what it costs the daemon when many ask it and listen to it, measured in a network of its own.
# After ./run build; with the Node that ./run put here, whatever the machine's own is.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/machine.sh"

if ! node_is_there || [ ! -e "$root/dist/main.js" ]; then
  echo 'bench:api: the program is not built yet; run ./run build' >&2
  exit 1
fi
use_our_node
exec sh "$root/scripts/private-world.sh" node "$root/bench/api.ts" "$@"
