# title: a module that is marked as a live patch but patches nothing does not count as applied
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch silent a klp_silent)
END
run "4|5" klpolicy reconcile lab.yaml -o json
json '.result == "blocked" or .result == "restored"' true
assert_gone klp_silent
