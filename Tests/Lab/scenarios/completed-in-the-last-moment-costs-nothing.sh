# title: a cumulative load that completes just when it is to be turned around costs nothing
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
# Many tasks to look at, so that the moment between the last look and the reversal is long.
tasks=0
while [ $tasks -lt 400 ]; do
  tasks=$((tasks + 1))
  sleep 300 &
done
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml "safety: {transition: {deadline: 3s}}" <<END
- $(patch version a klp_version)
- $(patch all a klp_stall_all)
END
hold first
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall_all
killed works

# Stopped while it looks for the tasks that block, which it does once the time is up.
looks_for_blockers() {
  kill -STOP "$(pid again)"
  ls -l "/proc/$(pid again)/fd" | grep -qE '/proc/[0-9]+' && return 0
  kill -CONT "$(pid again)"
  return 1
}
start again klpolicy reconcile lab.yaml -o json
tries=4000
until looks_for_blockers; do
  tries=$((tries - 1))
  [ $tries -gt 0 ] && running again || fail "it did not look for blockers"
  usleep 500
done
let_go first
await 20 applied klp_stall_all
kill -CONT "$(pid again)"

# Whether it keeps the new build or takes it off: the old fix is in force, or the report says not.
finished "0|4|6" again
if [ $code != 6 ]; then
  assert_applied klp_version
  assert_shows /proc/version "klp_version build a"
fi
