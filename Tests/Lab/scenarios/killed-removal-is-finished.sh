# title: a removal that is killed in mid-transition is finished by the next run
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch stall a klp_stall)
END
run 0 klpolicy reconcile lab.yaml
hold first
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- {name: stall, state: absent}
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works

let_go first
await 20 test ! -e /sys/kernel/livepatch/klp_stall
assert_loaded klp_stall
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | .action] | index("unload") != null' true
run 0 klpolicy reconcile lab.yaml
assert_gone klp_stall
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
