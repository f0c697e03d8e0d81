# Shell functions on the state of the kernel's audit. To be sourced.

# One value of the status: audit_value enabled
audit_value() { auditctl -s 2> /dev/null | sed -n "s/^$1 \([0-9]*\).*/\1/p"; }

# The status as JSON, with the number of rules and of ours among them; nothing where audit is not to be had.
audit_json() {
  pid=$(audit_value pid)
  [ -n "$pid" ] || return 1
  rules=$(auditctl -l 2> /dev/null | grep -c '^-' || true)
  ours=$(auditctl -l 2> /dev/null | grep -c 'key=tocsin_' || true)
  printf '{"pid":%s,"enabled":%s,"failure":%s,"backlogLimit":%s,"backlogWaitTime":%s,"lost":%s,"rules":%s,"ours":%s}' \
    "$pid" "$(audit_value enabled)" "$(audit_value failure)" "$(audit_value backlog_limit)" \
    "$(audit_value backlog_wait_time)" "$(audit_value lost)" "$rules" "$ours"
}

# remove_rules [name]: rules of the sensor of that name go, or of all sensors of ours; those of others stay.
remove_rules() {
  auditctl -l | grep "key=tocsin_[a-z]*_${1:-}" | sed 's/^-a /-d /' | while read -r rule; do
    # shellcheck disable=SC2086
    auditctl $rule > /dev/null
  done
}

# restore_values enabled failure backlog_limit backlog_wait_time: what was there before. Not while another sensor of ours
# still listens, who will do it; and where somebody else's auditd has come, only what switched the audit on.
restore_values() {
  if auditctl -l | grep -q 'key=tocsin_'; then return 0; fi
  if [ "$(audit_value pid)" = 0 ]; then
    auditctl -f "$2" > /dev/null
    auditctl -b "$3" > /dev/null
    auditctl --backlog_wait_time "$4" > /dev/null
    auditctl -e "$1" > /dev/null
  elif [ "$1" = 0 ]; then auditctl -e 0 > /dev/null; fi
}
