# title: a run that is interrupted while it waits for another's transition undoes nothing
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch stall a klp_stall)
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works
before=$(records)
start again klpolicy reconcile lab.yaml
reached again recorded "$before"
sleep 1
kill -TERM "$(pid again)"
code=0
wait "$(pid again)" || code=$?
assert_loaded klp_stall
[ "$code" -eq 143 ] || fail "exit status $code, not 143"
