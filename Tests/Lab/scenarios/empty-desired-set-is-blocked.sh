# title: a policy that has become empty removes nothing unless --allow-empty says so
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml

patches lab.yaml < /dev/null
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason] | unique' '["empty-desired-set"]'
json .result refused
assert_applied klp_cmdline

# The same where rules are left, but none for this kernel.
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
sed -i "s/release: .*/release: 9.9.0-1-cloud-amd64/" lab.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml
assert_applied klp_cmdline

run 0 klpolicy reconcile lab.yaml --allow-empty
assert_gone klp_cmdline
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
