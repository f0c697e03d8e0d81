#!/bin/sh
# Switches on the rules that enable.conf lists, in the rule files of the package; checks Tocsin's own rules; and writes down
# what both sets are.
set -eu
rules=/etc/suricata/rules
here=$(dirname "$0")

grep -Eo '^[0-9]+' "$here/enable.conf" | while read -r sid; do
  file=$(grep -lE "^# ?alert .*[( ;]sid: ?$sid;" "$rules"/*-events.rules) || {
    echo "enable.conf: $sid is not shipped, or not commented out" >&2
    exit 1
  }
  sed -Ei "/^# ?alert .*[( ;]sid: ?$sid;/s/^# ?//" "$file"
done

suricata -T -c /etc/suricata/suricata.yaml --include "$here/suricata.yaml" -S "$here/rules/*.rules" \
  --set vars.address-groups.BASELINED=192.0.2.0 --set app-layer.protocols.modbus.enabled=yes --init-errors-fatal -l /tmp

# Digest over the contents of files, and how many there are.
set_of() { echo "$(cat "$@" | sha256sum | cut -d' ' -f1) $#"; }
{
  echo "rule-set $(dpkg-query -W -f '${Version}' suricata) $(set_of "$rules"/*-events.rules)"
  echo "tocsin-rules $(set_of "$here"/rules/*.rules) $(cat "$here"/rules/*.rules | grep -c '^alert ')"
} > "$here/rule-sets"
