# title: a freeze holds an urgent patch; an override lifts windows, only freezes that allow it, and is recorded
. "$LAB_LIBRARY"

freeze() {
  patches lab.yaml "maintenance:" '  windows: [{start: "22:00", duration: 2h}]' \
    "  urgent: {severity: high}" \
    "  freezes: [{name: audit, from: \"2026-11-24T00:00\", to: \"2026-11-26T00:00\"$1}]" <<END
- $(patch cmdline a klp_cmdline "severity: critical")
END
}
clock 2026-11-24T12:00:00Z
freeze ""
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["frozen"]'
run 64 klpolicy reconcile lab.yaml --override-window
run 64 klpolicy reconcile lab.yaml --reason "an attack"
assert_writes_nothing 3 klpolicy reconcile lab.yaml --override-window --reason "an attack" \
  --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["frozen"]'
freeze ", allowOverride: true"
run 2 klpolicy reconcile lab.yaml --override-window --reason "an attack" --detailed-exitcode -o json
json '[.reason, .override.reason, .override.by]' '["an attack","an attack","root"]'
assert_applied klp_cmdline
run 0 jq -c 'select(.event == "begin") | .override' /var/lib/klpolicy/journal.ndjson
assert_contains "$OUT" '{"by":"root","reason":"an attack"}'
