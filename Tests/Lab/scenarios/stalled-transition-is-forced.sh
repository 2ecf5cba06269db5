# title: onStall force forces only with --allow-force, and what that pins is told
# limit: 300
# boot: own
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {attempts: 9, transition: {deadline: 6s, onStall: force}}" <<EOF
- $(patch stall a klp_stall)
EOF
# A saved plan allows nothing of the kind either: who carries it out does.
run 0 klpolicy plan lab.yaml --out "$POLICIES/plan.json"
run 4 klpolicy reconcile --plan "$POLICIES/plan.json" -o json
json_holds '.errors[0].message | contains("--allow-force")'
assert_gone klp_stall

run 0 klpolicy plan lab.yaml --out "$POLICIES/plan.json"
run 0 klpolicy reconcile --plan "$POLICIES/plan.json" --allow-force -o json
assert_applied klp_stall
json '[.warnings[] | .code]' '["forced"]'
json '[.blockers[] | .tid] | length > 0' true
assert_contains /var/lib/klpolicy/journal.ndjson '"action":"force"'
let_go first
assert_writes_nothing 0 klpolicy reconcile lab.yaml

# It can be switched off all the same; whether it leaves memory is the kernel's to say.
patches lab.yaml "safety: {transition: {deadline: 5s}}" <<EOF
- {name: stall, state: absent}
EOF
case $(uname -r) in 5.1[0-7].*) expected=5 ;; *) expected=0 ;; esac
run "$expected" klpolicy reconcile lab.yaml
run "$expected" klpolicy reconcile lab.yaml

# A module whose removal was forced stays, and does nothing.
patches lab.yaml <<EOF
- $(patch stall b klp_stall)
EOF
run 0 klpolicy reconcile lab.yaml
hold second
patches lab.yaml "safety: {transition: {deadline: 6s, onStall: force}}" <<EOF
- {name: stall, state: absent}
EOF
run 5 klpolicy reconcile lab.yaml --allow-force -o json
json '[.blocked[] | .reason]' '["pinned"]'
json '[.warnings[] | .code]' '["forced"]'
assert_loaded klp_stall
assert_writes_nothing 5 klpolicy reconcile lab.yaml
let_go second
