#!/bin/sh
# Run by udhcpc with what it learnt in the environment. Says it on stdout, for multihomed, and touches nothing.
# One write, so that no two lines mix.
printf 'dhcp\t%s\tip=%s\tmask=%s\trouter=%s\troutes=%s\tdns=%s\tmtu=%s\tlease=%s\n' \
  "$1" "$ip" "$mask" "$router" "$staticroutes" "$dns" "$mtu" "$lease"
