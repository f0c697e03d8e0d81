#!/bin/sh
# Switches on the rules that enable.conf lists, narrows those of modify.conf, in the rule files of the package, and writes
# down what the set is.
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

grep -E '^[0-9]+ ' "$here/modify.conf" | while IFS='"' read -r sid said _ says _; do
  sid=${sid% }
  file=$(grep -lE "^alert .*[( ;]sid: ?$sid;" "$rules"/*-events.rules) && grep -E "[( ;]sid: ?$sid;" "$file" | grep -qF "$said" || {
    echo "modify.conf: $sid is not shipped, or does not say \"$said\"" >&2
    exit 1
  }
  sed -Ei "/[( ;]sid: ?$sid;/s/^$said/$says/" "$file"
done

# shellcheck disable=SC2012
files=$(ls "$rules"/*-events.rules | wc -l)
digest=$(cat "$rules"/*-events.rules | sha256sum | cut -d' ' -f1)
version=$(dpkg-query -W -f '${Version}' suricata)
echo "$version $digest $files" > "$here/rule-set"
