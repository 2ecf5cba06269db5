# title: a cumulative patch that is being turned back costs nothing that lay under it
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
hold first
insmod "$(ko a klp_stall_all)"
in_transition klp_stall_all || fail "it does not stall"
sleep 2
hold second
echo 0 > /sys/kernel/livepatch/klp_stall_all/enabled
in_transition klp_stall_all || fail "the reversal does not stall"

# Somebody else's: nothing may be done beside it, and klp_version will be as it was.
run "0|2|3|5" klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_version")]' '[]'
# A patch that the policies take off: klp_version is no part of that.
patches lab.yaml <<END
- $(patch version a klp_version)
- {name: all, module: klp_stall_all, state: absent}
END
run "0|2|3|5" klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_version")]' '[]'
