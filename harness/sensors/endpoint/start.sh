#!/bin/bash
# Runs the sensor in the foreground: start.sh auditd|multicast NAME ENABLED FAILURE BACKLOG_LIMIT BACKLOG_WAIT_TIME, the values
# being those to be put back at the end. Lines of JSON on stdout say how it fares: ready, watching, ended. Containers come
# in on stdin, a line each, with the process id of their first process; only their events go to /out/audit.jsonl.
set -eu
. /opt/tocsin/audit-state.sh
mode=$1
name=$2
shift 2
[ -n "$(audit_value pid)" ] || { echo '{"event":"refused","reason":"the kernel does not let this container read its audit"}'; exit 2; }
lost=$(audit_value lost)
[ "$(audit_value enabled)" != 2 ] || { echo '{"event":"refused","reason":"the audit configuration is locked until the next boot (enabled 2)"}'; exit 3; }

mkdir -p /run/laurel
: > /run/laurel/all.jsonl
source_pid=
before=("$@")
mkfifo /run/told
# Whether events were lost between auditd and laurel: 1, else 0; nothing when auditd, which writes what it knows of itself
# when asked, does not answer.
queue_overflow() {
  if [ -e /run/laurel-again ]; then echo 1; return 0; fi
  if [ "$mode" = multicast ] || ! kill -CONT "$source_pid" 2> /dev/null; then echo 0; return 0; fi
  for _ in $(seq 200); do
    ! grep -q '^plugin queueing suspended' /run/auditd.state 2> /dev/null || break
    sleep 0.05
  done
  sed -n 's/^plugin queue overflow detected = no.*/0/p; s/^plugin queue overflow detected = yes.*/1/p' /run/auditd.state 2> /dev/null || true
}
# Makes the kernel tell of a rule that comes and goes, until only.pl has read of it: all that was told before has then come
# out too. Fails when it does not come within a minute. Nothing comes when the audit is off or its reader dead, which is
# said by other means.
read_to_the_end() {
  local rule="always,exit -F arch=b64 -S uselib -F key=tocsin_end_$name" i
  for i in $(seq 12); do
    [ "$enabled" != 0 ] && kill -0 "$source_pid" 2> /dev/null || return 0
    # shellcheck disable=SC2086
    auditctl -a $rule > /dev/null && auditctl -d $rule > /dev/null
    ! read -r -t 5 _ <> /run/told || return 0
  done
  return 1
}
own_rules() { auditctl -l | grep -c "key=tocsin_[a-z]*_$name" || true; }
finish() {
  trap - TERM INT
  enabled=$(audit_value enabled)
  missing=$((${rules:-0} - $(own_rules)))
  remove_rules "$name"
  # What the kernel has told so far is still to be read: a reader that ends leaves it.
  unread=0
  read_to_the_end || unread=1
  overflowed=$(queue_overflow)
  [ -n "$overflowed" ] || unread=1
  [ -z "$source_pid" ] || kill "$source_pid" 2> /dev/null || true
  [ -z "$source_pid" ] || wait "$source_pid" 2> /dev/null || true
  for _ in $(seq 300); do
    [ ! -e /run/laurel-ended ] || break
    sleep 0.1
  done
  lost_now=$(audit_value lost)
  restore_values "${before[@]}"
  # The filter ends when it has written what laurel wrote.
  [ -z "${only_pid:-}" ] || { kill -TERM "$only_pid" 2> /dev/null || true; wait "$only_pid" 2> /dev/null || true; }
  overruns=$(cat /run/overruns 2> /dev/null || echo 0)
  printf '{"event":"ended","lost":%s,"overruns":%s,"enabled":%s,"overflowed":%s,"unread":%s,"absent":%s,"switched":%s,"missing":%s,"state":%s}\n' "$((lost_now - lost))" \
    "$overruns" "$enabled" "${overflowed:-0}" "$unread" "$(cat /run/absent 2> /dev/null || echo 0)" "$(cat /run/switched 2> /dev/null || echo 0)" "$missing" "$(audit_json)"
  exit 0
}
trap finish TERM INT

perl /opt/tocsin/only.pl "$name" /run/laurel/all.jsonl /out/audit.jsonl <&0 &
only_pid=$!
if [ "$mode" = multicast ]; then
  mkfifo /run/raw
  perl /opt/tocsin/buffer.pl < /run/raw &
  perl /opt/tocsin/multicast.pl > /run/raw &
  source_pid=$!
else
  auditd -n -s nochange &
  source_pid=$!
  for _ in $(seq 100); do
    [ "$(audit_value pid)" != "$source_pid" ] || break
    # Somebody else may have come first.
    kill -0 "$source_pid" 2> /dev/null || { echo '{"event":"refused","reason":"auditd did not start"}'; kill "$only_pid"; exit 4; }
    sleep 0.05
  done
  # auditd says nothing when its plugin does not start.
  for _ in $(seq 100); do
    [ ! -e /run/laurel-runs ] || break
    sleep 0.05
  done
  [ -e /run/laurel-runs ] || { echo '{"event":"refused","reason":"auditd did not start laurel"}'; kill "$only_pid" "$source_pid"; exit 5; }
  auditctl -b 65536 > /dev/null
  # Rather slow the host's programs down than lose what they do.
  auditctl --backlog_wait_time 60000 > /dev/null
  auditctl -f 0 > /dev/null
fi
auditctl -e 1 > /dev/null
grep '^-a' /opt/tocsin/audit.rules | sed "s/\$/_$name/" | while read -r rule; do
  # shellcheck disable=SC2086
  auditctl $rule > /dev/null
done
rules=$(own_rules)
printf '{"event":"ready","mode":"%s","rules":%s,"auditd":"%s","laurel":"%s"}\n' "$mode" \
  "$rules" "$(dpkg-query -W -f '${Version}' auditd)" "$(dpkg-query -W -f '${Version}' laurel)"
wait "$source_pid" && status=0 || status=$?
printf '{"event":"failed","reason":"the audit reader ended with status %s"}\n' "$status"
finish
