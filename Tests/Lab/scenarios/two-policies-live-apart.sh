# title: policies reconciled apart leave each other's patches alone, until --prune
# briefly: 6.1
. "$LAB_LIBRARY"

patches one.yaml <<END
- $(patch cmdline a klp_cmdline)
END
patches two.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile one.yaml
run 0 klpolicy reconcile two.yaml
assert_applied klp_cmdline klp_version
assert_writes_nothing 0 klpolicy reconcile one.yaml --detailed-exitcode
assert_writes_nothing 0 klpolicy reconcile two.yaml --detailed-exitcode
assert_writes_nothing 0 klpolicy reconcile one.yaml two.yaml --detailed-exitcode

run 0 klpolicy plan one.yaml -o json
json '.unmanaged | tostring | contains("klp_version")' true
run 0 klpolicy status -o json "$POLICIES"
json '[.patches[] | [.module, .managed, .policy]] | sort' \
  '[["klp_cmdline",true,"one"],["klp_version",true,"two"]]'

# A cumulative patch does not take it along either.
patches all.yaml <<END
- $(patch all a klp_all)
END
assert_writes_nothing 5 klpolicy reconcile one.yaml all.yaml -o json
json '[.blocked[].reason]' '["would-replace-foreign"]'

run 0 klpolicy reconcile one.yaml --prune
assert_gone klp_version
assert_applied klp_cmdline
