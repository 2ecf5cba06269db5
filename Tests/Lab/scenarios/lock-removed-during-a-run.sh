# title: a lock that is cleaned away during a run does not let a second run change the host
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 20s}}" <<END
- $(patch stall a klp_stall)
- $(patch version a klp_version)
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
rm -rf /run/klpolicy
start second klpolicy reconcile lab.yaml
sleep 2
running second && fail "two runs are at work"
finished 75 second
let_go first
finished 0 works
assert_applied klp_stall klp_version
