# title: a successor whose load was killed and then stalls never costs the predecessor
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch fix a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml

hold first
patches lab.yaml "safety: {transition: {deadline: 3s}}" <<END
- $(patch fix a klp_stall 'version: "2"')
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works

# The next run waits, too long, and turns the load around: the old build has to stay.
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
assert_gone klp_stall
assert_applied klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build a"
