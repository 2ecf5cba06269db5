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
run 75 klpolicy reconcile lab.yaml
running works || fail "the first run is over"
let_go first
finished 0 works
assert_applied klp_stall klp_version
