# title: SIGTERM in a hook, between groups, while it waits and while it undoes: nothing new is begun, what runs is finished or undone, and the report says so
# briefly: 6.1
# limit: 400
. "$LAB_LIBRARY"

# slow NAME: a hook that takes its time.
slow() {
  gate "$1" <<END
#!/bin/sh
touch $SCRATCH/in-$1
while [ ! -e $SCRATCH/go-$1 ]; do sleep 0.1; done
exit ${2:-0}
END
}
# told_to_end NAME: it is asked to end while that hook runs.
told_to_end() {
  reached works test -e "$SCRATCH/in-$1"
  kill -TERM "$(pid works)"
  touch "$SCRATCH/go-$1"
}

# In preApply: nothing was begun, so nothing is.
slow before
patches lab.yaml "safety: {hooks: {preApply: {run: [$POLICIES/before], timeout: 60s}}}" <<END
- $(patch cmdline a klp_cmdline)
END
start works klpolicy reconcile lab.yaml -o json
told_to_end before
finished 143 works
assert_gone klp_cmdline

# In healthCheck: its group gets to its end, and no other is begun.
slow check
patches lab.yaml "safety: {hooks: {healthCheck: {run: [$POLICIES/check], timeout: 60s}}}" <<END
- $(patch cmdline a klp_cmdline)
END
patches other.yaml <<END
- $(patch version a klp_version)
END
start works klpolicy reconcile . -o json
told_to_end check
finished 0 works
json '[.interrupted, .result]' '[true,"applied"]'
json '[.deferred[] | .reason] | unique' '["interrupted"]'
assert_applied klp_cmdline
assert_gone klp_version
run 0 klpolicy reconcile .
assert_applied klp_cmdline klp_version

# While it waits for its own transition: that is turned back.
rm ./*.yaml
insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
- $(patch stall a klp_stall)
END
sed -i 's/name: lab}/name: other}/' lab.yaml
start works klpolicy reconcile lab.yaml --prune -o json
reached works in_transition klp_stall
kill -TERM "$(pid works)"
finished 4 works
json '[.interrupted, .result]' '[true,"restored"]'
assert_gone klp_stall
assert_applied klp_cmdline klp_version

# While it undoes: the undo is finished.
run 0 klpolicy resume stall
sed -i 's/deadline: 60s/deadline: 9s/' lab.yaml
start works klpolicy reconcile lab.yaml --prune -o json
reached works in_transition klp_stall
sleep 2
hold second
reached works grep -q '"action":"reverse".*"module":"klp_stall"' /var/lib/klpolicy/journal.ndjson
kill -TERM "$(pid works)"
sleep 1
running works || fail "it ended in its undo"
let_go second
finished 4 works
json '[.interrupted, .result]' '[true,"restored"]'
assert_gone klp_stall
let_go first
run 0 klpolicy history -o json
json '[.runs[] | .result] | index(null)' null
