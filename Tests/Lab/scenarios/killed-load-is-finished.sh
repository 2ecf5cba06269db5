# title: a reconcile that is killed in mid-transition is finished by the next run
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch stall a klp_stall)
- $(patch version a klp_version "requires: [stall]")
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works

run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json .changed true
before=$(records)
start again klpolicy reconcile lab.yaml -o json
reached again recorded "$before"
sleep 1
running again || fail "it did not wait for the transition: $(cat "$SCRATCH/again.stderr")"
let_go first
finished 0 again
assert_applied klp_stall klp_version
run 0 klpolicy status lab.yaml -o json
json '[.patches[] | [.module, .managed, .policy]] | sort' \
  '[["klp_stall",true,"lab"],["klp_version",true,"lab"]]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
