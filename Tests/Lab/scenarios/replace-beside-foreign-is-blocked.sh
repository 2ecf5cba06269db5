# title: a cumulative patch that would take a foreign one with it is blocked
. "$LAB_LIBRARY"

foreign a klp_foreign
patches lab.yaml <<END
- $(patch all a klp_all)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.patch, .module, .reason]]' '[["all","klp_all","would-replace-foreign"]]'
assert_applied klp_foreign
assert_gone klp_all

# Unless the policy says that foreign patches go.
patches lab.yaml "unmanaged: remove" <<END
- $(patch all a klp_all)
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_all
assert_gone klp_foreign
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
