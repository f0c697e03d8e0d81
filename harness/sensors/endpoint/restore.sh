#!/bin/sh
# Puts the kernel's audit back when a sensor has died: restore.sh NAME ENABLED FAILURE BACKLOG_LIMIT BACKLOG_WAIT_TIME.
# With `status` it changes nothing. Says what the state is then.
set -eu
. /opt/tocsin/audit-state.sh
if [ "$1" != status ]; then
  remove_rules "$1"
  shift
  restore_values "$@"
fi
audit_json
