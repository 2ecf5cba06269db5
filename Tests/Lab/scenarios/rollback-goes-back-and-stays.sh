# title: rollback goes back to what was before a run, is recorded, and is not undone by the next run
# briefly: 6.1
# limit: 240
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 65 klpolicy rollback
assert_contains "$ERR" "no run has changed anything"
run 0 klpolicy reconcile lab.yaml -o json
first=$(jq -r .run "$OUT")
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml -o json
second=$(jq -r .run "$OUT")
insmod "$(ko a klp_foreign)"
await 20 applied klp_foreign

# What it would do, and nothing is written. The fix is never out of force.
assert_writes_nothing 2 klpolicy rollback --dry-run --detailed-exitcode -o json
json '[.steps[] | select(.action != "await") | [.action, .module]] | sort' \
  '[["disable","klp_cmdline_v2"],["disable","klp_version"],["load","klp_cmdline"],["unload","klp_cmdline_v2"],["unload","klp_version"]]'
json '[.steps[] | select(.gap)]' '[]'

run 2 klpolicy rollback --reason "it is slow" --detailed-exitcode -o json
json '[.result, .trigger, .reason]' '["applied","rollback","it is slow"]'
assert_applied klp_cmdline klp_foreign
assert_gone klp_cmdline_v2 klp_version
assert_shows /proc/cmdline "klp_cmdline build a"

# The next run does not bring it back, and says why; what somebody else loaded was not touched.
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | .reason] | unique' '["held"]'
json_holds '.deferred[0].message | contains("rolled back from run '"$second"': it is slow")'
run 0 klpolicy history --last 1 -o json
json '.runs[0] | [.trigger, .rollback, .reason, .by, .result]' \
  '["rollback","'"$second"'","it is slow","root","applied"]'

# Resume lets it go forward again; a rollback further back, by name.
run 0 klpolicy resume cmdline
run 0 klpolicy resume version
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline_v2 klp_version
# (A directory without policies is none to complain of.)
mkdir -p /etc/klpolicy/policies.d
run 0 klpolicy rollback "$first"
if grep -q . "$ERR"; then fail "it says: $(cat "$ERR")"; fi
assert_gone klp_cmdline klp_cmdline_v2 klp_version
assert_applied klp_foreign

# Back from the rollback: its own holds are no hindrance to that, a person's is. Policies that cannot be used
# are told, and are no failure of what succeeds.
echo 'spec: {' > /etc/klpolicy/policies.d/broken.yaml
run 0 klpolicy rollback
assert_contains "$ERR" "not known which builds they recall"
if grep -q error: "$ERR"; then fail "it says: $(cat "$ERR")"; fi
rm /etc/klpolicy/policies.d/broken.yaml
assert_applied klp_cmdline_v2 klp_version
run 0 klpolicy hold version --reason "an audit"
assert_writes_nothing 3 klpolicy rollback "$first" --detailed-exitcode -o json
json '[.deferred[] | .reason]' '["held"]'
assert_applied klp_cmdline_v2 klp_version
run 0 klpolicy resume version

# What klpolicy has no copy of is said before, and nothing is done by halves.
rm -r /var/lib/klpolicy/store/"$(sha256 "$(ko a klp_cmdline)")"
assert_writes_nothing 5 klpolicy rollback "$second" -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","artefact-missing"]]'
assert_applied klp_cmdline_v2 klp_version

# The last run is not what it was once another one, which held the lock, has changed the host: then
# nothing is gone back to that nobody has looked at.
gate wait <<EOF
#!/bin/sh
touch $SCRATCH/waits
until [ -e $SCRATCH/go ]; do sleep 0.1; done
EOF
patches lab.yaml "safety: {hooks: {preApply: {run: [$POLICIES/wait], timeout: 5m}}}" <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- {name: version, state: absent}
END
run 0 klpolicy resume cmdline
run 0 klpolicy resume version
start other klpolicy reconcile lab.yaml -o json
reached other test -e "$SCRATCH/waits"
start back klpolicy rollback --lock-timeout 5m
# It has looked for the last run, and waits for the lock.
reached back sh -c "ls -l /proc/$(pid back)/fd | grep -q klpolicy/lock"
touch "$SCRATCH/go"
finished 0 other
assert_gone klp_version
third=$(jq -r .run "$OUT")
finished 1 back
assert_contains "$ERR" "another run, $third, has changed the host" "klpolicy history"
OUT=$SCRATCH/stdout ERR=$SCRATCH/stderr
assert_gone klp_version
run 0 klpolicy history --last 1 -o json
json '.runs[0].run' "$third"
run 0 klpolicy rollback "$third"
assert_applied klp_cmdline_v2 klp_version
