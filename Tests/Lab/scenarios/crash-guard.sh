# title: a build by which a boot ended uncleanly is loaded by nobody until resume
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

clock 2026-11-24T12:00:00Z
patches lab.yaml "safety: {probation: 10h}" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
patches other.yaml "safety: {probation: 1s}" <<EOF
- $(patch version a klp_version)
EOF
run 0 klpolicy reconcile .
sleep 2

# The machine dies within the probation of one of them, and comes up again.
clock 2026-11-24T17:00:00Z
reboot
run 5 klpolicy plan . -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","crash-guard"]]'
json_holds '.blocked[0].message | contains("klpolicy resume cmdline") and contains("probation")'
json '[.steps[] | .module] | unique' '["klp_version"]'
run 5 klpolicy reconcile . --boot -o json
json '[.blocked[] | .reason]' '["crash-guard"]'
assert_applied klp_version
assert_gone klp_cmdline
run 0 klpolicy status . -o json
json '[.failures[] | [.patch, .cause]]' '[["cmdline","crashed"]]'
json '[.conditions[] | select(.type == "Degraded") | .reason]' '["CrashGuard"]'
run 0 klpolicy explain cmdline .
assert_contains "$OUT" "crash-guard" "on probation"

# Neither time nor another boot forgets it, and then it is written down: nothing more is written.
clock 2026-11-26T12:00:00Z
reboot
run 5 klpolicy reconcile .
assert_writes_nothing 5 klpolicy reconcile .
assert_gone klp_cmdline
run 0 klpolicy resume cmdline
run 0 klpolicy reconcile .
assert_applied klp_cmdline

# An end in order, within the probation, is no crash.
assert_contains "$OUT" applied
run 0 klpolicy mark-shutdown -o json
json .changed true
assert_writes_nothing 0 klpolicy mark-shutdown
# One that was called off is none, until it is announced again.
run 0 klpolicy mark-shutdown --cancel -o json
json '[.changed, .msg]' '[true,"the mark is taken back: this boot goes on"]'
assert_writes_nothing 0 klpolicy mark-shutdown --cancel
run 0 klpolicy mark-shutdown -o json
json .changed true
clock 2026-11-26T17:00:00Z
reboot
run 0 klpolicy reconcile .
assert_applied klp_cmdline klp_version

# Nor is one after it.
clock 2026-11-28T13:00:00Z
reboot
run 0 klpolicy reconcile . --boot -o json
json .trigger boot
assert_applied klp_cmdline klp_version

# The power fails while a module is being loaded: its line was the last.
run 0 klpolicy mark-shutdown
run=$(jq -rc 'select(.event == "intent" and .build.module == "klp_cmdline")' \
  /var/lib/klpolicy/journal.ndjson | tail -n 1 | sed 's/"run":"[^"]*"/"run":"died"/; s/,"sum":"[^"]*"}$//')
sum=$(printf %s "$run" | sha256sum | cut -c 1-16)
echo "$run,\"sum\":\"$sum\"}" >> /var/lib/klpolicy/journal.ndjson
clock 2026-11-30T12:00:00Z
reboot
run 5 klpolicy reconcile . -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","crash-guard"]]'
json_holds '.blocked[0].message | contains("while klp_cmdline was being loaded")'
