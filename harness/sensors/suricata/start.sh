#!/bin/sh
# Runs Suricata in the foreground: start.sh with-ours|shipped|none [first-last]. EVE goes to /eve.
# first-last are the addresses of the hosts whose ordinary traffic is learnt; without them no host has one (RFC 5737).
set -eu
baselined=${2:-192.0.2.0}
cat /opt/tocsin/rule-sets
# Copies of what it works with, where somebody wants them: which rules are switched off, and where.
state=/eve/state
keep() { if [ -d "$state/$1" ]; then folder=$1; shift; cp "$@" "$state/$folder"; fi; }
case ${1:-with-ours} in
  with-ours)
    keep shipped /etc/suricata/rules/*-events.rules
    keep ours /opt/tocsin/rules/*.rules
    set -- -s '/opt/tocsin/rules/*.rules' ;;
  shipped) keep shipped /etc/suricata/rules/*-events.rules; set -- ;;
  none) set -- -S /dev/null ;;
  *) echo "start.sh: unknown rules \"$1\"; use with-ours, shipped or none" >&2; exit 1 ;;
esac
# The wire is laid while this container starts.
until grep -qs up /sys/class/net/eth0/operstate; do sleep 0.02; done
# Paths that are encoded twice and bodies in LZMA are looked into only when told.
http=app-layer.protocols.http.libhtp.default-config
# What an included file names replaces the whole of it, so single values inside a larger part are set here.
set -- -c /etc/suricata/suricata.yaml --include /opt/tocsin/suricata.yaml --af-packet=eth0 --runmode workers \
  -l /eve --set app-layer.protocols.modbus.enabled=yes --set app-layer.protocols.dnp3.enabled=yes \
  --set $http.double-decode-path=yes --set $http.lzma-enabled=yes --set unix-command.enabled=no \
  --set "vars.address-groups.BASELINED=$baselined" "$@"
if [ -d "$state" ]; then
  suricata --dump-config "$@" > "$state/configuration"
  cp /etc/suricata/threshold.config "$state/thresholds"
fi
exec suricata "$@"
