# title: a module that is through its transition and has patched nothing counts as failed, and goes
. "$LAB_LIBRARY"

# Its init makes its structures and gives the kernel itself a name: no file tells that beforehand.
patches lab.yaml <<LAB
- $(patch named v klp_kpatch_named)
LAB
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
json '[.steps[].status]' '["undone","failed"]'
json_holds '.errors[0].message | contains("it patches nothing")'
assert_gone klp_kpatch_named
run 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["failed-before"]'

# Nor is it converged where somebody else has loaded it: the kernel calls it enabled, and that is all.
foreign v klp_kpatch_named
run 5 klpolicy plan lab.yaml -o json
json '[.blocked[] | [.module, .reason]]' '[["klp_kpatch_named","not-in-force"]]'
run 5 klpolicy reconcile lab.yaml -o json
assert_applied klp_kpatch_named
patches lab.yaml <<LAB
- {name: named, state: absent, module: klp_kpatch_named}
LAB
run 0 klpolicy reconcile lab.yaml -o json
assert_gone klp_kpatch_named

# Where the file tells, it is not even loaded.
patches lab.yaml <<LAB
- $(patch named v klp_named)
LAB
run 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["function-not-patchable"]'

# What states the patches in memory have, nobody can tell; the kernel's refusal is explained by them.
foreign v klp_states
patches lab.yaml "unmanaged: remove" <<LAB
- $(patch all a klp_all)
LAB
run 4 klpolicy reconcile lab.yaml -o json
json_holds '.errors[0].message | contains("klp_state")'
assert_applied klp_states
