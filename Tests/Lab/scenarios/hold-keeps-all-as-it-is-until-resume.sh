# title: a hold on a patch keeps that patch, one on everything all of them; resume or its time ends it
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml 'maintenance: {urgent: {severity: low}}' <<END
- $(patch cmdline a klp_cmdline "severity: critical")
- $(patch version a klp_version)
END
clock 2026-11-24T12:00:00Z
run 0 klpolicy hold cmdline --reason "it was seen to leak" -o json
json '[.changed, (.holds[] | [.patch, .reason, .by])]' '[true,["cmdline","it was seen to leak","root"]]'
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
json '[.deferred[] | [.patch, .reason, .until]]' '[["cmdline","held",null]]'
json_holds '.deferred[0].message | contains("held by root") and contains("it was seen to leak")'
assert_gone klp_cmdline
assert_applied klp_version
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.result, .reason]' '["deferred","held"]'
run 0 klpolicy status lab.yaml -o json
json '[.holds[] | .patch]' '["cmdline"]'
json '[.conditions[] | select(.type == "Held") | .status]' '["True"]'
run 0 klpolicy status lab.yaml
assert_contains "$OUT" "it was seen to leak"

run 0 klpolicy resume cmdline
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_applied klp_cmdline klp_version

# Nothing goes either, until the time that was said.
patches lab.yaml <<END
- {name: cmdline, state: absent, module: klp_cmdline}
- $(patch version a klp_version)
END
run 0 klpolicy hold --reason "the fair" --until 2h
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.module, .reason]]' '[["klp_cmdline","held"]]'
json_holds '.deferred[0].until >= "2026-11-24T14:00:00Z"'
assert_writes_nothing 3 klpolicy reconcile lab.yaml --override-window --reason "I want it" \
  --detailed-exitcode
assert_applied klp_cmdline
clock 2026-11-24T14:05:00Z
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_gone klp_cmdline
assert_applied klp_version
run 0 klpolicy status lab.yaml -o json
json '.holds' '[]'
