# title: when one patch of a group fails, the others of the group are taken back, no more
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
- $(patch fails a klp_fails "requires: [version]")
END
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
json '[.changed, .failed]' '[true,true]'
json '[.steps[] | select(.module == "klp_version" and .action == "load") | .status]' '["undone"]'
json '[.steps[] | select(.module == "klp_fails" and .action == "load") | .status]' '["failed"]'
json '[.errors[] | select(.phase == "apply")] | length > 0' true
assert_gone klp_version klp_fails
assert_unpatched /proc/version
assert_applied klp_cmdline

# What was there before the run stays.
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
- $(patch fails b klp_fails "requires: [version]")
END
run 4 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version
assert_gone klp_fails
