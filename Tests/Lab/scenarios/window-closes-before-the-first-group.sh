# title: a window that closes after the plan was made, before anything has begun, leaves all as it was
. "$LAB_LIBRARY"

# Asked when the plan is made, and again when the group is about to begin: then the hour strikes.
gate strikes <<END
#!/bin/sh
echo >> $SCRATCH/asked
[ \$(wc -l < $SCRATCH/asked) -lt 2 ] || date -u -s "2026-11-24 23:59:00" > /dev/null
END
patches lab.yaml 'maintenance: {windows: [{start: "22:00", duration: 2h}]}' \
  "safety: {gates: {commands: [{run: [$POLICIES/strikes]}]}}" <<END
- $(patch cmdline a klp_cmdline)
END
clock 2026-11-24T22:00:00Z
run 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.result, .reason]' '["deferred","window-too-short"]'
json .changed false
json '[.steps[].status]' '["skipped","skipped"]'
json '[.deferred[] | [.patch, .reason]]' '[["cmdline","window-too-short"]]'
assert_gone klp_cmdline
