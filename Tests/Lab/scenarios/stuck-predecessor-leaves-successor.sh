# title: a predecessor that cannot be unloaded does not cost the successor
# boot: own
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch fix a klp_stall)
END
run 0 klpolicy reconcile lab.yaml
hold first
patches lab.yaml <<END
- $(patch fix a klp_cmdline 'version: "2"')
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
echo 1 > /sys/kernel/livepatch/klp_stall/force
code=0
wait "$(pid works)" || code=$?
assert_applied klp_cmdline
[ "$code" -eq 6 ] || fail "exit status $code, not 6"
