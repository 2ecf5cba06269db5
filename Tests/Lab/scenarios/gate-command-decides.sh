# title: a gate command lets a change pass, defers it, or blocks it when it gives no answer
# briefly: 6.1
. "$LAB_LIBRARY"

gate can-change <<END
#!/bin/sh
cat > $SCRATCH/request
[ ! -e $SCRATCH/busy ] || { echo first >&2; echo "the shop is busy" >&2; exit 3; }
END
patches lab.yaml "safety: {gates: {commands: [{run: [$POLICIES/can-change], timeout: 2s}]}}" <<END
- $(patch cmdline a klp_cmdline)
END
klpolicy snapshot > "$SCRATCH/host.json"
run 0 klpolicy plan lab.yaml --host "$SCRATCH/host.json"
[ ! -e "$SCRATCH/request" ] || fail "it was run for another host"

touch "$SCRATCH/busy"
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["gate-command"]'
json_holds '.deferred[0].message | contains("the shop is busy")'
run 0 jq -c '[.kind, .patch, .module, .action, .policy]' "$SCRATCH/request"
assert_contains "$OUT" '["GateRequest","cmdline","klp_cmdline","load","lab"]'

gate can-change <<END
#!/bin/sh
sleep 60
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | .reason]' '["gate-command"]'
rm can-change
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json

gate can-change <<END
#!/bin/sh
echo >> $SCRATCH/asked
END
chmod 777 can-change
run 5 klpolicy reconcile lab.yaml
[ ! -e "$SCRATCH/asked" ] || fail "a program that others may write was run"
chmod 755 can-change
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_applied klp_cmdline
rm "$SCRATCH/asked"
run 0 klpolicy reconcile lab.yaml
[ ! -e "$SCRATCH/asked" ] || fail "it was run with nothing to do"
