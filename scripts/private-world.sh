#!/bin/sh
# private-world.sh COMMAND…: runs COMMAND in a network of its own, where the lab and the kernel tests may do as
# they like. /run is empty memory, so that `ip netns` keeps its names there, and everything vanishes together with
# the last process. Who asks for the name of the machine hears `router`, because that is where the program runs.
# As an ordinary user this takes a user namespace; root needs none (and in a chroot gets none).
set -eu

sentinel=/run/multihomed-private-world
own_network=$(readlink /proc/self/ns/net)
if [ "$(cat $sentinel 2>/dev/null)" = "$own_network" ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then namespaces=-nmu; else namespaces=-Urnmu; fi
enter='mount -t tmpfs -o mode=755 private-world /run && hostname router'

if ! refusal=$(unshare $namespaces sh -c "$enter" 2>&1); then
  because=''
  for setting in kernel/apparmor_restrict_unprivileged_userns=1 kernel/unprivileged_userns_clone=0 \
    user/max_user_namespaces=0 user/max_net_namespaces=0 user/max_mnt_namespaces=0 user/max_uts_namespaces=0; do
    if [ "$(cat "/proc/sys/${setting%=*}" 2>/dev/null)" = "${setting#*=}" ]; then
      because=" because $(echo "${setting%=*}" | tr / .) = ${setting#*=}"
      break
    fi
  done
  if [ "$(id -u)" = 0 ]; then cure='root needs CAP_SYS_ADMIN here'; else cure='sudo helps'; fi
  echo "multihomed: no private network can be made here$because: ${refusal:-unshare failed} ($cure)" >&2
  exit 5
fi
exec unshare $namespaces sh -c "$enter && readlink /proc/self/ns/net >$sentinel && exec \"\$@\"" sh "$@"
