# title: a build that failed is not tried again, a stalled one so often, until resume or another build
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

patches lab.yaml <<EOF
- $(patch fails a klp_fails)
EOF
run 4 klpolicy reconcile lab.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | .reason]' '["failed-before"]'
json_holds '.blocked[0].message | contains("klpolicy resume fails")'
run 0 klpolicy status lab.yaml -o json
json '[.failures[] | [.module, .action, .cause, .count]]' '[["klp_fails","load","refused",1]]'
run 0 klpolicy explain fails lab.yaml
assert_contains "$OUT" "refused at"
# Somebody has mended it: once more, and it fails once more.
run 0 klpolicy resume fails
assert_contains "$OUT" "may be tried again"
run 4 klpolicy reconcile lab.yaml
run 5 klpolicy reconcile lab.yaml
# Another build is another matter.
patches lab.yaml <<EOF
- $(patch fails b klp_fails)
EOF
run 4 klpolicy reconcile lab.yaml

# A transition that stalls is tried again, as often as the policy says.
insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {attempts: 2, transition: {deadline: 5s}}" <<EOF
- $(patch stall a klp_stall)
EOF
run 4 klpolicy reconcile lab.yaml
assert_gone klp_stall
run 4 klpolicy reconcile lab.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json_holds '.blocked[0] | .reason == "failed-before" and (.message | contains("attempts: 2"))'
let_go first
run 5 klpolicy reconcile lab.yaml
run 0 klpolicy resume stall
run 0 klpolicy reconcile lab.yaml
assert_applied klp_stall
