# title: a state directory that is read-only, a write to sysfs that is refused, other hands between steps, and a clock set back in a run cost nothing that was in force, and are told
# briefly: 6.1
# limit: 600
. "$LAB_LIBRARY"

clock 2026-11-24T12:00:00Z
# Nothing can be written down, so nothing is changed.
mkdir -p /var/lib/klpolicy
mount -t tmpfs -o ro none /var/lib/klpolicy
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 1 klpolicy reconcile lab.yaml
assert_contains "$ERR" "/var/lib/klpolicy" "Read-only file system" "nothing was changed"
assert_gone klp_cmdline
umount /var/lib/klpolicy
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline

# The kernel refuses the write that disables it.
patches lab.yaml <<END
- {name: cmdline, state: absent}
- {name: none, state: absent}
END
echo 1 > "$SCRATCH/enabled"
mount --bind "$SCRATCH/enabled" /sys/kernel/livepatch/klp_cmdline/enabled
mount -o remount,ro,bind /sys/kernel/livepatch/klp_cmdline/enabled
run 4 klpolicy reconcile lab.yaml -o json
json .changed false
json '[.errors[] | .errno]' '["EROFS"]'
umount /sys/kernel/livepatch/klp_cmdline/enabled
assert_applied klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build a"

# Other hands, before the first step of a group and between two of its steps.
run 0 klpolicy resume cmdline
gate meddles <<END
#!/bin/sh
[ -e $SCRATCH/meddled ] || { touch $SCRATCH/meddled; insmod $(ko a klp_foreign); }
exit 0
END
patches lab.yaml "safety: {hooks: {preApply: {run: [$POLICIES/meddles]}}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
END
run 4 klpolicy reconcile lab.yaml -o json
json_holds '.errors[0].message | contains("klp_foreign") and contains("by other hands")'
assert_gone klp_version
assert_applied klp_cmdline
run 0 klpolicy reconcile lab.yaml
assert_applied klp_version klp_foreign
gate meddles <<END
#!/bin/sh
[ ! -e $SCRATCH/meddled ] || echo 0 > /sys/kernel/livepatch/klp_version/enabled
rm -f $SCRATCH/meddled
exit 0
END
patches lab.yaml "safety: {hooks: {postApply: {run: [$POLICIES/meddles]}}}" <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- $(patch version a klp_version)
END
# What klpolicy has not touched in this run is for the next one to see.
run "0|6" klpolicy reconcile lab.yaml -o json
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline_v2 klp_version klp_foreign

# Other hands while one group is in hand: the next one rests on a host that is no more.
rmmod_patch() {
  disable "$1"
  rmmod "$1"
}
rmmod_patch klp_version
rmmod_patch klp_cmdline_v2
rm lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
gate meddles <<END
#!/bin/sh
[ -e /sys/kernel/livepatch/klp_slow ] || echo 0 > /sys/kernel/livepatch/klp_version/enabled
exit 0
END
patches lab.yaml "safety: {hooks: {postApply: {run: [$POLICIES/meddles]}}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch slow a klp_slow)
- $(patch version a klp_version)
END
run 4 klpolicy reconcile lab.yaml -o json
json_holds '.errors[0].message | contains("klp_version") and contains("by other hands")'
assert_applied klp_cmdline
assert_gone klp_slow
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_slow klp_version

# Other hands load what the next step of the group would: an undo does not take that off.
for module in klp_version klp_cmdline klp_slow; do rmmod_patch $module; done
rm lab.yaml
gate meddles <<END
#!/bin/sh
[ ! -e /sys/kernel/livepatch/klp_cmdline ] || [ -e /sys/kernel/livepatch/klp_version ] ||
  insmod $(ko b klp_version)
exit 0
END
patches lab.yaml "safety: {gates: {commands: [{run: [$POLICIES/meddles]}]}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
END
run 4 klpolicy reconcile lab.yaml -o json
json '[.errors[] | .errno] | index("EEXIST") != null' true
json_holds '[.errors[].message] | any(contains("somebody else has loaded klp_version"))'
assert_gone klp_cmdline
assert_applied klp_version
rmmod_patch klp_version
run 0 klpolicy resume version
run 0 klpolicy resume cmdline
gate meddles <<END
#!/bin/sh
exit 0
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version

# The clock is set back between two groups: what goes by the time waits, the rest is in force.
rm -r /var/lib/klpolicy lab.yaml
for module in klp_version klp_cmdline klp_foreign; do
  disable $module
  rmmod $module
done
gate meddles <<END
#!/bin/sh
date -u -s "2026-11-24 11:00:00" > /dev/null
/usr/sbin/adjtimex --status 0 --maxerror 0
END
patches lab.yaml 'maintenance: {windows: [{name: all, start: "00:00", duration: 24h}]}' \
  "safety: {hooks: {postApply: {run: [$POLICIES/meddles]}}}" <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["clock-untrusted"]'
json '[.steps[] | select(.status == "done")] | length' 2
