# title: a killed cumulative load that somebody turns back costs nothing that lay under it
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version)
- $(patch all a klp_stall_all)
END
hold first
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall_all
killed works
sleep 2
hold second
echo 0 > /sys/kernel/livepatch/klp_stall_all/enabled
in_transition klp_stall_all || fail "the reversal does not stall"

# When it is through, klp_version is in force as before: nothing to disable or to load again.
patches lab.yaml <<END
- $(patch version a klp_version)
- {name: all, state: absent}
END
run "2|3" klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_version")]' '[]'
patches lab.yaml <<END
- {name: all, state: absent}
- {name: other, state: absent}
END
sed -i 's/name: lab/name: another/' lab.yaml
run "2|3" klpolicy plan lab.yaml --detailed-exitcode
