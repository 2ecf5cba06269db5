# title: a failed group with a cumulative successor brings back the old one and what lay on it
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch all a klp_all)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_all klp_version

# The new cumulative build goes on, what lay on the old one follows, and then the third fails.
patches lab.yaml <<END
- $(patch all a klp_stall_all 'version: "2"')
- $(patch version a klp_version)
- $(patch fails a klp_fails "requires: [all, version]")
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[].reversible] | all' true
run 4 klpolicy reconcile lab.yaml
assert_gone klp_stall_all klp_fails
assert_applied klp_all klp_version
assert_shows /proc/cmdline "klp_all build a"
assert_shows /proc/version "klp_version build a"
