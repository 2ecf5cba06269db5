# title: a window that closes during a run lets the change in hand end, and no other begin
. "$LAB_LIBRARY"

# Asked when the plan is made, and again when the second group is about to begin: then, while the
# command has the word, the hour strikes.
gate strikes <<END
#!/bin/sh
grep -q klp_version || exit 0
echo >> $SCRATCH/asked
[ \$(wc -l < $SCRATCH/asked) -lt 2 ] || date -u -s "2026-11-24 23:59:00" > /dev/null
END
patches lab.yaml 'maintenance: {windows: [{start: "22:00", duration: 2h}]}' \
  "safety: {gates: {commands: [{run: [$POLICIES/strikes]}]}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
clock 2026-11-24T22:00:00Z
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
json '[.steps[].status]' '["done","done","skipped","skipped"]'
json '[.deferred[] | [.patch, .reason]]' '[["version","window-too-short"]]'
assert_applied klp_cmdline
assert_gone klp_version
