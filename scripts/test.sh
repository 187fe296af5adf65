# Called by ./run test with everything installed: all checks and tests, or the test files that a filter names.
# Ends with one line, `N passed, N failed`, over all of them; a check (types, lint, format) counts as one test.
set -eu
cd "$(dirname -- "$0")/.."
root=$PWD
. scripts/machine.sh
PATH=$PWD/node_modules/.bin:$PATH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Each file is a process of its own, and reads the same modules as the one before: a third of their time.
export NODE_COMPILE_CACHE="$work/compiled"
trap 'exit 130' INT
trap 'exit 143' TERM
passed=0
failed=0
skipped=0
is_node_well=yes
summary=''

note() { summary="$summary$(printf '%-14s %s' "$1" "$2")
"; }

# check NAME COMMAND…
check() {
  name=$1
  shift
  echo "== $name"
  if "$@"; then
    passed=$((passed + 1))
    note "$name" ok
  else
    failed=$((failed + 1))
    note "$name" failed
  fi
}

# tests NAME COMMAND…: the command takes node's test options and files, which are in $work/files.
tests() {
  name=$1
  shift
  rm -f "$work/tap"
  [ -s "$work/files" ] || return 0
  echo "== $name tests"
  status=0
  # shellcheck disable=SC2046 # our own file names have no blanks
  "$@" --import="$root/scripts/no-endless-file.ts" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$work/tap" $(cat "$work/files") || status=$?

  ran=$(counted pass) broke=$(counted fail) cancelled=$(counted cancelled) left=$(counted skipped)
  broke=$((broke + cancelled))
  # Node that ended badly without a failed test (killed, refused an option) is a failure all the same.
  if [ "$status" != 0 ] && [ "$broke" = 0 ]; then broke=1 is_node_well=no; fi
  if [ "$status" -gt 1 ]; then is_node_well=no; fi
  passed=$((passed + ran)) failed=$((failed + broke)) skipped=$((skipped + left))
  note "$name" "$ran passed, $broke failed$(skips "$left")"
}

# From the last lines of node's report: `# pass 12`.
counted() {
  number=$(sed -n "s/^# $1 //p" "$work/tap" 2>/dev/null | tail -n 1)
  echo "${number:-0}"
}

skips() { if [ "$1" != 0 ]; then echo ", $1 skipped"; fi; }

# The test files whose path contains one of the filters; all without filters.
choose() {
  find src scripts bench -name '*.test.ts' ! -name '*.vm.test.ts' 2>/dev/null | sort >"$work/all"
  for filter in "$@"; do
    grep -F -- "${filter#./}" "$work/all" >>"$work/chosen" || {
      echo "run: no test file's path contains: $filter" >&2
      exit 1
    }
  done
  if [ $# = 0 ]; then cp "$work/all" "$work/chosen"; fi
  sort -u "$work/chosen" -o "$work/chosen"
}

# The last resort; a file that leaves something open is ended by no-endless-file.ts.
at_most='timeout --foreground --kill-after=10'

choose "$@"
build_is_there || check build build_if_older
if [ $# = 0 ]; then
  check types tsc --noEmit
  check 'types, web' tsc --noEmit -p src/web
  check lint oxlint --type-aware --deny-warnings
  check format prettier --check --log-level warn .
fi

grep -v '\.kernel\.test\.ts$' "$work/chosen" >"$work/files" || true
# By itself node would use one processor of two for them.
tests unit $at_most 300 node --test --test-timeout=60000 --test-concurrency=2

# Never against this machine's own network. Two files at a time wait for each other's packets half of the time; those
# that measure delays, or look at all control groups of the machine, have it for themselves.
alone='/(relay|prober|prober6|use|interrupt|lab|foreign-hands)\.kernel\.test\.ts$'
kernel_tests() {
  tests "$1" sh scripts/private-world.sh $at_most 1200 node --test --test-timeout=120000 --test-concurrency="$2"
  failed_files >>"$work/again"
}
# Where the tests that failed last stand, by the lines of node's report that belong to no outer test.
failed_files() {
  sed -n "/^not ok/,/^  location/s|^  location: '$root/\\(.*\\.ts\\):[0-9:]*'\$|\\1|p" "$work/tap" 2>/dev/null || true
}

failed_before=$failed
: >"$work/again"
grep '\.kernel\.test\.ts$' "$work/chosen" | grep -Ev "$alone" >"$work/files" || true
kernel_tests kernel 2
grep '\.kernel\.test\.ts$' "$work/chosen" | grep -E "$alone" >"$work/files" || true
kernel_tests 'kernel, alone' 1

# What failed beside other files, on a machine that may be busy with other things, has a second chance, alone and with
# more patience, and is named if it needed it. More than five files are no accident, and what failed twice counts twice.
sort -u "$work/again" >"$work/files"
if [ $is_node_well = yes ] && [ "$(wc -l <"$work/files")" -le 5 ]; then
  failed_first=$failed
  export MULTIHOMED_LAB_PATIENCE=3
  kernel_tests 'kernel, again' 1
  if [ "$failed" = "$failed_first" ] && [ -s "$work/files" ]; then
    failed=$failed_before
    note 'only alone' "$(tr '\n' ' ' <"$work/files")"
  fi
fi

printf '\n%s' "$summary"
echo "$passed passed, $failed failed$(skips "$skipped")"
[ "$failed" = 0 ]
