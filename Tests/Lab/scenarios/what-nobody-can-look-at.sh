# title: tracefs that is not mounted blocks a load and says what to do; a snapshot without facts warns
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy snapshot
cp "$OUT" bare.json
run 0 klpolicy snapshot --for lab.yaml
json '.facts.objects[0] | [.name, .functions[0].name, .functions[0].traceable]' \
  '["vmlinux","cmdline_proc_show",true]'
cp "$OUT" full.json
run 2 klpolicy plan lab.yaml --host bare.json --detailed-exitcode -o json
json '[.warnings[].code]' '["unverified"]'
run 2 klpolicy plan lab.yaml --host full.json --detailed-exitcode -o json
json '[.warnings[].code]' '[]'

umount -l /sys/kernel/debug
umount -l /sys/kernel/tracing
as_nobody 2 "klpolicy plan $POLICIES/lab.yaml --detailed-exitcode -o json"
json '[.warnings[].code]' '["unverified"]'
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["unverified"]'
json '.blocked[0].message | contains("mount -t tracefs tracefs /sys/kernel/tracing")' true
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
run 0 klpolicy reconcile lab.yaml -o json
json '[.result, .warnings]' '["applied",[]]'
