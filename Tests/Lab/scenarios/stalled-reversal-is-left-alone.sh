# title: a reversal that stalls too is left alone: exit 6, and later runs only look on
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 8s}}" <<END
- $(patch stall a klp_stall)
END
start works klpolicy reconcile lab.yaml -o json
reached works in_transition klp_stall
# Within two attempts the second thread has switched: now it sleeps in the new function.
sleep 2
hold second
finished 6 works
json .result failed
json '[.blockers[] | tostring | contains("lab_target")] | any' true
json '[.blockers[].why] | index("it sleeps in lab_new_hold of the live patch klp_stall") != null' true
run "0|5" klpolicy status lab.yaml
assert_contains "$OUT" "lab_new_hold of the live patch klp_stall"
in_transition klp_stall || fail "the reversal did not stall"

assert_writes_nothing "0|5" klpolicy reconcile lab.yaml

let_go second
await 20 test ! -e /sys/kernel/livepatch/klp_stall
let_go first
run 0 klpolicy reconcile lab.yaml
assert_applied klp_stall
