# title: of two reconciles at once one works; the other exits 75, or waits if asked to
# briefly: 6.1
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch stall a klp_stall)
END
start works klpolicy reconcile lab.yaml -o json
reached works in_transition klp_stall
run 75 klpolicy reconcile lab.yaml
[ -s "$ERR" ] || fail "it does not say why"
run 75 klpolicy reconcile lab.yaml --lock-timeout 1s
start waits klpolicy reconcile lab.yaml --lock-timeout 60s -o json
sleep 1
running waits || fail "the second did not wait: $(cat "$SCRATCH/waits.stderr")"
let_go first
finished 0 works
json .result applied
finished 0 waits
json .result converged
assert_applied klp_stall
