# title: a removal that was killed and then stalls is turned around, and told as what it is
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml "safety: {transition: {deadline: 3s}}" <<END
- $(patch stall a klp_stall)
END
run 0 klpolicy reconcile lab.yaml
hold first
patches lab.yaml "safety: {transition: {deadline: 3s}}" <<END
- {name: stall, state: absent}
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works

run "4|6" klpolicy reconcile lab.yaml -o json
json .result restored
assert_applied klp_stall
let_go first
run 0 klpolicy reconcile lab.yaml
assert_gone klp_stall
