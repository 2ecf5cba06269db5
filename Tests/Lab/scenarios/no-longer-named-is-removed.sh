# title: a patch that its policy no longer names is removed, the others stay
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | select(.action == "load")]' '[]'
assert_gone klp_cmdline
assert_applied klp_version
