#!/bin/sh
# Runs a server on a leash: when stdin closes, because the process that holds its other end stops or is killed, the server is stopped.
# usage: leash.sh PID_FILE SIGNAL GRACE_SECONDS COMMAND [ARGUMENT...]
pid_file=$1
signal=$2
grace=$3
shift 3
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
echo "$server" >"$pid_file"
(
  while read -r _ <&3; do :; done
  kill -s "$signal" "$server"
  left=$((grace * 5))
  while [ "$left" -gt 0 ] && kill -0 "$server"; do
    sleep 0.2
    left=$((left - 1))
  done
  kill -s KILL "$server"
) >/dev/null 2>&1 &
watcher=$!
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
rm -f "$pid_file"
exit "$status"
