# title: a window that closes within a group: what is on stays, what was taken off comes back, the rest waits
# briefly: 6.1
# limit: 240
. "$LAB_LIBRARY"

# Each change is asked about when the plan is made, when its group is about to begin, and when its
# own turn comes: then the hour strikes.
strikes_before() {
  rm -f "$SCRATCH/asked"
  gate strikes <<END
#!/bin/sh
grep -q '"module": *"$1"' || exit 0
echo >> $SCRATCH/asked
[ \$(wc -l < $SCRATCH/asked) -lt 3 ] || date -u -s "2026-11-$2 23:59:00" > /dev/null
END
}
lab() {
  patches lab.yaml 'maintenance: {windows: [{start: "22:00", duration: 2h}]}' \
    "safety: {gates: {commands: [{run: [$POLICIES/strikes]}]}}"
}

strikes_before none 24
clock 2026-11-24T22:00:00Z
lab <<END
- $(patch cmdline a klp_cmdline)
END
run 2 klpolicy reconcile lab.yaml --detailed-exitcode

# The successor is on, its predecessor under it: neither is taken off outside the window.
strikes_before klp_cmdline 24
lab <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
END
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
json '[.steps[].status]' '["done","done","skipped","skipped","skipped"]'
json '[.deferred[] | [.module, .reason]]' '[["klp_cmdline","window-too-short"]]'
json '[.errors[]]' '[]'
assert_applied klp_cmdline klp_cmdline_v2
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode
clock 2026-11-25T22:00:00Z
strikes_before none 25
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_gone klp_cmdline
assert_applied klp_cmdline_v2

# A cumulative build has taken the fix off: it comes back, whatever the hour; what is new waits.
strikes_before klp_version 25
lab <<END
- $(patch all a klp_all)
- $(patch anew a klp_version "requires: [all]")
- $(patch cmdline b klp_cmdline 'version: "3"')
END
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.steps[] | [.action, .module, .status]]' \
  "$(printf '%s' '[["load","klp_all","done"],["await","klp_all","done"],' \
    '["load","klp_version","skipped"],["await","klp_version","skipped"],' \
    '["load","klp_cmdline","done"],["await","klp_cmdline","done"],' \
    '["unload","klp_cmdline_v2","skipped"]]')"
assert_applied klp_all klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build b"
assert_gone klp_version
clock 2026-11-26T22:00:00Z
strikes_before none 26
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_applied klp_all klp_cmdline klp_version
assert_gone klp_cmdline_v2
run 0 klpolicy reconcile lab.yaml --detailed-exitcode
