# title: a transition that somebody turns around while it is waited for costs no fix
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch fix a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
hold first
patches lab.yaml <<END
- $(patch fix a klp_stall 'version: "2"')
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works
before=$(records)
start again klpolicy reconcile lab.yaml
reached again recorded "$before"
sleep 1
echo 0 > /sys/kernel/livepatch/klp_stall/enabled
code=0
wait "$(pid again)" || code=$?
assert_applied klp_cmdline
[ "$code" -eq 4 ] || fail "exit status $code, not 4"
