# title: plan, status, snapshot and a dry run write nothing while there is work to do
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
# What passes between two looks: the time, the uptime, the load, and digests over them.
passing='del(.at, .digest, .snapshotDigest, .basis, .host.uptimeSeconds, .host.loadPerCPU)'
jq -S "$passing" "$OUT" > "$SCRATCH/plan"
assert_writes_nothing 2 klpolicy reconcile lab.yaml --dry-run --detailed-exitcode -o json
jq -S "$passing" "$OUT" > "$SCRATCH/dry-run"
assert_same "the plan, as a dry run," "$SCRATCH/plan" "$SCRATCH/dry-run"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --dry-run
assert_writes_nothing 0 klpolicy status lab.yaml
assert_writes_nothing 0 klpolicy snapshot
