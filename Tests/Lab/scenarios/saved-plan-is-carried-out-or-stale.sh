# title: a saved plan is carried out exactly, or is stale with each change named; what it does not rest on may change
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
is_stale() {
  assert_writes_nothing 8 klpolicy reconcile --plan "$plan"
  assert_contains "$ERR" "$@" "nothing was changed"
}
plan=$POLICIES/plan.json
run 2 klpolicy plan lab.yaml --out "$plan" --detailed-exitcode
assert_writes_nothing 0 klpolicy show "$plan"
assert_contains "$OUT" "load" "klp_cmdline" "its digest is right"

# Facts that the plan rests on.
insmod "$(ko a klp_foreign)"
await 20 applied klp_foreign
is_stale "live.klp_foreign was not there, and is" '"state":"applied"'
disable klp_foreign
rmmod klp_foreign
sed -i 's/version: "1"/version: "1.0"/' lab.yaml
is_stale "policy lab (" "lab.yaml) was SHA-256"
sed -i 's/version: "1.0"/version: "1"/' lab.yaml
run 0 klpolicy hold other --reason "an audit"

# It is no boot's.
assert_writes_nothing 64 klpolicy reconcile --plan "$plan" --boot

# Not these: another module, another policy for other hosts, time. From another folder.
insmod "$(ko a lab_plain)"
cd /
run 2 klpolicy reconcile --plan "$plan" --detailed-exitcode -o json
json '[.steps[] | [.action, .module, .status]]' '[["load","klp_cmdline","done"],["await","klp_cmdline","done"]]'
assert_applied klp_cmdline
# It is done: the same plan again is not.
is_stale "live.klp_cmdline was not there"
cd - > /dev/null

# A plan with nothing to do is converged, and stays so.
run 0 klpolicy plan lab.yaml --out "$plan" --detailed-exitcode
assert_writes_nothing 0 klpolicy reconcile --plan "$plan" --detailed-exitcode

# Gates are asked again: a hold set since lets nothing through, and is no staleness.
patches lab.yaml <<END
- {name: cmdline, state: absent}
END
run 2 klpolicy plan lab.yaml --out "$plan" --detailed-exitcode
run 0 klpolicy hold cmdline --reason "an audit"
assert_writes_nothing 3 klpolicy reconcile --plan "$plan" --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["held"]'
run 0 klpolicy resume cmdline

# What no file may allow is said again; what was altered is refused.
sed -i 's/"prune": false/"prune": true/' "$plan"
assert_writes_nothing 65 klpolicy reconcile --plan "$plan" --prune
assert_contains "$ERR" "altered-plan"
run 2 klpolicy plan lab.yaml --out "$plan" --detailed-exitcode
chown nobody "$plan"
assert_writes_nothing 65 klpolicy reconcile --plan "$plan"
assert_contains "$ERR" "unreadable-plan"
chown root "$plan"
run 0 klpolicy reconcile --plan "$plan"
assert_gone klp_cmdline
