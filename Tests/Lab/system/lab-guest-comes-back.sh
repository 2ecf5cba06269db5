# title: the full guest runs systemd and klpolicy, keeps what it synced, and loses what a boot loses
. "$LAB_LIBRARY"
equip
program

await 60 guest systemctl is-system-running
in_guest <<'END'
patches lab.yaml <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
run 0 klpolicy reconcile -o json
json .result applied
assert_shows /proc/cmdline "klp_cmdline build a"
END

reboot klpolicy=off
guest 'grep -q klpolicy=off /proc/cmdline'
guest_fails 1 'grep klp_cmdline /proc/cmdline'
guest_fails 5 klpolicy plan > "$SCRATCH/plan"
grep -q disabled-by-command-line "$SCRATCH/plan"

guest 'echo kept > /root/kept; sync; echo lost > /root/lost'
cut_power
power_on
guest 'test "$(cat /root/kept)" = kept'
guest_fails 1 'grep -qs lost /root/lost || exit 1'
