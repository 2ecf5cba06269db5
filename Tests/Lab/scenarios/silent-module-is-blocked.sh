# title: a module that is marked as a live patch and enables none is told before the load
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch silent a klp_silent)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["not-a-livepatch"]'
assert_gone klp_silent
