#!/bin/sh
# soak.sh [TIMES]: the property tests, in memory and on a real kernel, TIMES as often as `./run test` runs them (20
# when not said: half an hour). A failure prints its seed and its path; with them it happens again:
#   MULTIHOMED_SEED=… MULTIHOMED_PATH=… sh scripts/private-world.sh node --test FILE
set -eu
cd "$(dirname -- "$0")/.."
root=$PWD
. scripts/machine.sh

if ! node_is_there; then
  echo 'bench:soak: nothing is installed yet; run ./run build' >&2
  exit 1
fi
use_our_node
MULTIHOMED_SOAK=${1-20}
export MULTIHOMED_SOAK
# shellcheck disable=SC2046 # our own file names have no blanks
exec sh scripts/private-world.sh node --test --test-concurrency=1 \
  $(grep -rl propertyRuns src --include='*.test.ts' | sort)
