# title: what can come back does, though a foreign patch beside it cannot
. "$LAB_LIBRARY"
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
foreign a klp_foreign
patches lab.yaml "unmanaged: remove" <<END
- $(patch all a klp_all)
- $(patch fails a klp_fails "requires: [all]")
- $(patch version a klp_version)
END
run 6 klpolicy reconcile lab.yaml -o json
json .result failed
assert_applied klp_version
