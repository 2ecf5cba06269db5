# title: a swap of a build that an interrupted run began has a way back
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
hold first
patches lab.yaml <<END
- $(patch fix a klp_stall)
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works
# Nobody sees beforehand that its init will fail.
sed 's/klp_fails/klp_stall/g' "$(ko a klp_fails)" > bad.ko; chmod 644 bad.ko
patches lab.yaml <<END
- {name: fix, module: klp_stall, file: bad.ko, version: "2", replace: false, sha256: "$(sha256 bad.ko)"}
END
before=$(records)
start again klpolicy reconcile lab.yaml
reached again recorded "$before"
sleep 1
let_go first
code=0
wait "$(pid again)" || code=$?
assert_applied klp_stall
[ "$code" -eq 4 ] || fail "exit status $code, not 4"
