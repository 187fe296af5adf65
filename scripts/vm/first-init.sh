#!/bin/busybox sh
# The first program of a guest: puts its file system together from the disks and hands over to the init of its kind.
#   vda  a Debian root, read-only; what is written goes to memory
#   vdb  our Node and the npm modules
#   vdc  the checkout, as a tar
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev

if grep -qw vm.trial /proc/cmdline; then
  echo alive >/dev/ttyS0
  poweroff -f
fi

for module in MODULES; do modprobe "$module"; done
mount -t squashfs -o ro /dev/vda /debian
mount -t tmpfs -o size=60% memory /memory
mkdir /memory/upper /memory/work
mount -t overlay -o lowerdir=/debian,upperdir=/memory/upper,workdir=/memory/work overlay /root

mkdir -p /root/tools /root/project/.tools
mount -t squashfs -o ro /dev/vdb /root/tools
tar -xf /dev/vdc -C /root/project
ln -s /tools/node_modules /root/project/node_modules
ln -s /tools/node/bin/node /root/usr/local/bin/node
cp /plan/* /root/project/.tools/

# In a guest with systemd the tests are a service.
mkdir -p /root/etc/systemd/system/multi-user.target.wants
cp /root/project/scripts/vm/vm-tests.service /root/etc/systemd/system/
ln -s ../vm-tests.service /root/etc/systemd/system/multi-user.target.wants/

# So is our own unit, as docs/install.md has it; its lines come when a test makes them.
if [ -x /root/lib/systemd/systemd ]; then
  cp /root/project/contrib/multihomed.service /root/etc/systemd/system/
  ln -s ../multihomed.service /root/etc/systemd/system/multi-user.target.wants/
  cp /root/project/contrib/multihomed.sysusers /root/usr/lib/sysusers.d/multihomed.conf
  chroot /root systemd-sysusers
  ln -s /project/bin/multihome /project/bin/multihomed /root/usr/local/bin/
  mkdir /root/etc/multihomed
  cp /root/project/scripts/vm/multihomed.yaml /root/etc/multihomed/config.yaml
  # Neighbours are started by the tests that want them.
  for name in firewalld ufw NetworkManager NetworkManager-wait-online docker containerd; do
    rm -f /root/etc/systemd/system/*.wants/"$name".service /root/etc/systemd/system/*.wants/"$name".socket
  done
fi

umount /dev /proc
# shellcheck disable=SC2046 # a program and its arguments
exec switch_root /root $(cat /plan/init)
