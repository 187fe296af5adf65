# run-files.sh own-world|this-world: in a guest, runs the test files that the host named and tells it of each.
# Lines of ours begin with `::`; everything else is for the reader. With own-world each file gets a network of its
# own, as in `./run test`; with this-world it has the guest's, with all its services.
cd /project || exit
for port in /sys/class/virtio-ports/*; do
  if [ "$(cat "$port/name")" = words ]; then exec >"/dev/${port##*/}" 2>&1; fi
done

if [ "$1" = this-world ]; then
  readlink /proc/self/ns/net >/run/multihomed-private-world
fi
# Emulated processors are slow: what is built starts sooner than the sources, and nobody gives up soon.
export MULTIHOMED_LAB_PROGRAM=dist/main.js MULTIHOMED_LAB_PATIENCE=6
export NODE_COMPILE_CACHE=/var/cache/node

limit_s=$(cat .tools/file-limit-s)

# From the last lines of node's report: `# pass 12`.
counted() { sed -n "s/^# $1 //p" /tmp/report.tap 2>/dev/null | tail -n 1 | grep . || echo 0; }

while read -r file; do
  echo "::begin $file"
  rm -f /tmp/report.tap
  status=0
  timeout --kill-after=10 "$limit_s" sh scripts/private-world.sh node --test-timeout=480000 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination=/tmp/report.tap "$file" </dev/null || status=$?
  echo "::end $file $status $(counted pass) $(counted fail) $(counted cancelled) $(counted skipped)"
done <.tools/files
