/**
 * The command that switches a host of a rehearsal: `sh fake-switch.sh FOLDER CLOSURE SECONDS`. It points the links
 * `boot` and `current` of the host's folder at the closure, and logs what it does and when. `runs` logs what runs and
 * what will be reported.
 *
 * The file `next-switch` or `next-rollback` lists what goes wrong, one fault per line: TIMES (`-` for always), MODE,
 * ARGUMENT and CLOSURE (`-` for any), separated by tabs. The first one that matches the closure strikes.
 */
export const FAKE_SWITCH = String.raw`#!/bin/sh
folder=$1
closure=$2
secs=$3
say() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$(date +%s%N)" "$1" "$NIXFLEET_KIND" "$NIXFLEET_ROLLOUT_ID" "$2" "$3" >> "$folder/switch.log"
}
# The rehearsal, which has the clock, ends it. The limit is for one that was killed.
pass() {
  mkfifo "$folder/.wait.$$" && say wait "$1 $$"
  timeout 3600 cat "$folder/.wait.$$"
  rm -f "$folder/.wait.$$"
}
# In one step, so that the link always exists.
point() {
  ln -s "$2" "$folder/.$1.$$" && mv -T "$folder/.$1.$$" "$folder/$1"
}
say start "$closure"
before=$(readlink "$folder/current")
say boot "$closure"
point boot "$closure"
plan=$folder/next-$NIXFLEET_KIND
mode=switch
argument=
if [ -s "$plan" ]; then
  : > "$plan.left"
  while IFS='	' read -r times what with wants; do
    if [ "$mode" = switch ] && { [ "$wants" = - ] || [ "$wants" = "$closure" ]; }; then
      mode=$what
      argument=$with
      [ "$times" = - ] || times=$((times - 1))
    fi
    [ "$times" = 0 ] || printf '%s\t%s\t%s\t%s\n' "$times" "$what" "$with" "$wants" >> "$plan.left"
  done < "$plan"
  mv "$plan.left" "$plan"
  [ "$mode" = switch ] || say "fault-$mode" "$argument"
fi
pass "$secs"
case $mode in
  fail)
    say boot "$before"
    point boot "$before"
    echo 'rehearsed failure' >&2
    say end "$argument"
    exit "$argument"
    ;;
  defer)
    printf '%s' "$argument" > "$NIXFLEET_DEFERRED_FILE"
    say end 0
    exit 0
    ;;
  lie)
    say boot "$before"
    point boot "$before"
    say runs "$before" "$closure"
    say end 0
    exit 0
    ;;
  hang)
    pass "$argument"
    ;;
esac
say runs "$closure" "$closure"
point current "$closure"
code=0
[ "$mode" = units ] && code=$argument
say end "$code"
exit "$code"
`;
