# title: with unmanaged remove, a live patch that somebody else loaded is taken off
. "$LAB_LIBRARY"

foreign a klp_foreign
patches lab.yaml "unmanaged: remove" <<END
- $(patch cmdline a klp_cmdline)
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_foreign") | .action] | contains(["disable","unload"])' true
run 0 klpolicy reconcile lab.yaml
assert_gone klp_foreign
assert_unpatched /proc/loadavg
assert_applied klp_cmdline
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
