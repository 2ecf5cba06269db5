# title: a wanted patch whose transition is still running is not told as converged
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
insmod "$(ko a klp_stall)"
in_transition klp_stall || fail "it does not stall"
patches lab.yaml <<END
- $(patch stall a klp_stall)
END
# Loaded is not applied: the held thread runs the old function.
run 3 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.patch, .reason]]' '[["stall","transition-in-progress"]]'
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result deferred

let_go first
await 20 applied klp_stall
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
