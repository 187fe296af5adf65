#!/bin/sh
# fresh-machine.sh [SUITE [COMMAND…]]: tries ./run where nothing is installed.
#
# As root, with debootstrap: makes a minimal root file system, moves into it (pivot_root: in a chroot the kernel
# refuses user namespaces), clones the last commit there and runs the commands (build, test, lab; or those given)
# as root, once more as root, and as an ordinary user with a clone of their own. Ends with a table of times.
# Package sources, proxy, certificates and npm's configuration are this machine's, taken when it runs.
#
#   FRESH_BASE=FOLDER    keep the bare root file system there, and start from it next time
#   FRESH_MIRROR=URL     another mirror than the first of this machine's package sources, e.g. for Ubuntu
set -eu

main() {
  [ "$(id -u)" = 0 ] || { echo 'fresh-machine: needs root, for debootstrap and mounts' >&2; exit 1; }
  suite=${1-bookworm}
  [ $# = 0 ] || shift
  [ $# != 0 ] || set -- build test lab
  checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
  work=$(mktemp -d) # readable by root only, as npm's configuration may hold a secret
  trap 'leave' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  fresh=$work/root
  base=${FRESH_BASE:-$work/base}

  [ -e "$base/etc/debian_version" ] || bare_root_file_system
  cp -a "$base" "$fresh"
  give_package_sources
  give_network_and_certificates
  give_npm_configuration
  give_clones
  # A process namespace too: when the trial ends, whatever it started ends.
  cp "$checkout/scripts/fresh-machine.sh" "$fresh/"
  unshare --mount --propagation private --pid --fork --kill-child \
    sh "$fresh/fresh-machine.sh" --move-in "$fresh" "$@" &
  inner=$!
  wait "$inner"
}

leave() {
  if [ -n "${inner-}" ]; then
    kill -KILL "$inner" 2>/dev/null && wait "$inner" || true # it is deaf to the gentler ones
  fi
  rm -rf --one-file-system "$work"
}

bare_root_file_system() {
  echo "== debootstrap $suite"
  debootstrap --variant=minbase "$suite" "$base" "${FRESH_MIRROR:-$(first_mirror)}" >"$work/log" 2>&1 ||
    { tail "$work/log" >&2; exit 1; }
}

host_codename() { . /etc/os-release && echo "$VERSION_CODENAME"; }
first_mirror() {
  apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
    sed -n "s/^$(host_codename) //p" | head -n 1
}

give_package_sources() {
  if [ -n "${FRESH_MIRROR-}" ]; then
    echo "deb $FRESH_MIRROR $suite main universe" >"$fresh/etc/apt/sources.list"
  else
    rm -f "$fresh/etc/apt/sources.list"
    for part in sources.list sources.list.d auth.conf auth.conf.d trusted.gpg.d keyrings; do
      if [ -e "/etc/apt/$part" ]; then cp -a "/etc/apt/$part" "$fresh/etc/apt/"; fi
    done
    cp -a /usr/share/keyrings/. "$fresh/usr/share/keyrings/"
    find "$fresh/etc/apt" -name '*.list' -o -name '*.sources' | xargs sed -i "s/\b$(host_codename)\b/$suite/g"
  fi
  apt-config dump Acquire::http Acquire::https Acquire::Check-Valid-Until Acquire::Check-Date \
    >"$fresh/etc/apt/apt.conf.d/99host" # proxies and the like
}

give_network_and_certificates() {
  cp -L /etc/resolv.conf /etc/hosts "$fresh/etc/"
  mkdir -p "$fresh/usr/local/share/ca-certificates"
  cp -a /usr/local/share/ca-certificates/. "$fresh/usr/local/share/ca-certificates/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$fresh/etc/host-certificates.pem"
}

give_npm_configuration() {
  mkdir "$fresh/etc/host-npm"
  for scope in user global; do
    file=$(npm config get "${scope}config" 2>/dev/null) || continue
    if [ -e "$file" ]; then install -m 644 "$file" "$fresh/etc/host-npm/$scope"; fi
  done
}

give_clones() {
  chroot "$fresh" useradd --create-home --shell /bin/sh alice
  for home in root home/alice; do
    git clone --quiet --no-local "$checkout" "$fresh/$home/multihomed"
  done
  chroot "$fresh" chown -R alice: /home/alice
}

move_in() {
  fresh=$1
  shift
  mount --bind "$fresh" "$fresh"
  cd "$fresh"
  mount -t proc proc proc
  mount -t sysfs sysfs sys
  mount --rbind /dev dev
  mount -t tmpfs -o mode=755 tmpfs run
  mkdir old
  pivot_root . old
  exec chroot . sh -c 'umount -l /old && rmdir /old && exec sh /fresh-machine.sh --inside "$@"' sh "$@"
}

# Only what carries the way to the packages; everything else is as a fresh login has it.
clean_environment() {
  set -- "NODE_EXTRA_CA_CERTS=/etc/host-certificates.pem" "NPM_CONFIG_USERCONFIG=/etc/host-npm/user" \
    "NPM_CONFIG_GLOBALCONFIG=/etc/host-npm/global" "$@"
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    eval "value=\${$name-}"
    if [ -n "$value" ]; then set -- "$name=$value" "$@"; fi
  done
  env -i "$@"
}

as_root() { clean_environment HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c "cd ~/multihomed && $1"; }
as_alice() {
  clean_environment HOME=/home/alice PATH=/usr/local/bin:/usr/bin:/bin \
    setpriv --reuid=alice --regid=alice --init-groups sh -c "cd ~/multihomed && $1"
}

table=''
failed=0

# try WHO COMMAND WANTED_STATUS
try() {
  echo "== $1: $2"
  began=$(date +%s%N)
  status=0
  "$1" "$2" </dev/null || status=$?
  verdict=ok
  if [ "$status" != "$3" ]; then
    verdict="FAILED (exit code $status, wanted $3)"
    failed=1
  fi
  table="$table$(printf '%-9s %-16s %8d ms  %s' "$1" "$2" $((($(date +%s%N) - began) / 1000000)) "$verdict")
"
}

inside() {
  try as_alice './run build' 1 # nothing is there, and an ordinary user cannot install it
  for command in "$@"; do
    try as_root "./run $command" 0
  done
  try as_root './run build' 0 # nothing to do
  for command in "$@"; do
    try as_alice "./run $command" 0
  done
  try as_alice './run build' 0
  printf '\n%s' "$table"
  return "$failed"
}

case "${1-}" in
  --move-in) shift; move_in "$@" ;;
  --inside) shift; inside "$@" ;;
  *) main "$@" ;;
esac
