# title: without root everything can be looked at, and reconcile exits 77 before anything
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
fingerprint "$SCRATCH/before"
as_nobody 77 "klpolicy reconcile $POLICIES/lab.yaml"
[ -s "$ERR" ] || fail "it does not say why"
as_nobody 77 "klpolicy reconcile /no/such/policy.yaml"
as_nobody 0 "klpolicy validate $POLICIES/lab.yaml"
as_nobody 2 "klpolicy plan $POLICIES/lab.yaml --detailed-exitcode"
as_nobody 2 "klpolicy reconcile $POLICIES/lab.yaml --dry-run --detailed-exitcode"
as_nobody 0 "klpolicy snapshot"
fingerprint "$SCRATCH/after"
assert_same "the host, without root," "$SCRATCH/before" "$SCRATCH/after"

run 0 klpolicy reconcile lab.yaml
as_nobody 0 "klpolicy status $POLICIES/lab.yaml -o json"
json '[.patches[] | [.module, .state]]' '[["klp_cmdline","applied"]]'
as_nobody 0 "klpolicy plan $POLICIES/lab.yaml --detailed-exitcode"
