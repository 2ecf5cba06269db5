# title: rules for other kernels do nothing here, and a glob selects this one
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
sed -i "s/release: .*/release: 9.9.0-1-cloud-amd64/" lab.yaml
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged
sed -i "s/release: .*/release: \"9.*\"/" lab.yaml
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
sed -i "s/release: .*/release: \"$(release | cut -d . -f 1,2).*-cloud-amd64\"/" lab.yaml
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
