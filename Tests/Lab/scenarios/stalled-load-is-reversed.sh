# title: a load whose transition stalls beyond the deadline is reversed, and its group restored
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 5s}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
- $(patch stall a klp_stall "requires: [version]")
END
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
json '[.blockers[] | tostring | contains("lab_target")] | any' true
json '[.blockers[].why] | index("it sleeps in lab_target_hold, which klp_stall patches") != null' true
assert_gone klp_stall klp_version
assert_applied klp_cmdline
assert_shows /sys/module/lab_target/parameters/text unpatched

let_go first
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version klp_stall
