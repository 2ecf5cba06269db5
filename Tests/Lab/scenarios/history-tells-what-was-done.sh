# title: history tells each run with who, why, what changed and how it ended, also after the journal went on in a new file
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml -o json
first=$(jq -r .run "$OUT")
run 0 klpolicy hold version --reason "an audit"
# A group that fails halfway, and is undone.
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
- $(patch fails a klp_fails "requires: [cmdline]")
END
run "4|5" klpolicy reconcile lab.yaml

run 0 klpolicy history -o json
json '[.runs[] | [.trigger, .result]]' '[["reconcile","restored"],["hold",null],["reconcile","applied"]]'
json '.runs[2] | [.run == "'"$first"'", .by, .kernel == "'"$(release)"'"]' '[true,"root",true]'
json '[.runs[2].changes[] | [.action, .module, .patch, .outcome, .undo]]' \
  '[["load","klp_cmdline","cmdline","done",false]]'
json '[.runs[0].changes[] | [.action, .module, .outcome, .errno]]' \
  '[["load","klp_fails","refused",19]]'
json '.runs[1].reason' "an audit"
json_holds '[.runs[0, 2].durationMs] | all(. > 0)'
assert_writes_nothing 0 klpolicy history "$first"
assert_contains "$OUT" "klp_cmdline  cmdline version 1 for policy lab"

# A long life: the journal goes on in a new file, and nothing that counts is lost.
run 0 klpolicy resume version
while [ ! -e /var/lib/klpolicy/journal.1.ndjson ]; do
  before=$(wc -c < /var/lib/klpolicy/journal.ndjson)
  grep '"event":"end"' /var/lib/klpolicy/journal.ndjson > "$SCRATCH/line"
  i=0
  while [ $i -lt 20 ]; do cat "$SCRATCH/line"; i=$((i + 1)); done >> /var/lib/klpolicy/journal.ndjson
  run 0 klpolicy hold kept --reason "number $before"
done
[ "$(wc -c < /var/lib/klpolicy/journal.ndjson)" -lt 4000 ] || fail "the new file is as large"
run 0 klpolicy status -o json
json '[.patches[] | [.module, .managed]]' '[["klp_cmdline",true]]'
json '[.holds[] | .patch]' '["kept"]'
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
run 0 klpolicy history "$first"
patches lab.yaml <<END
- {name: cmdline, state: absent}
END
run 0 klpolicy reconcile lab.yaml
assert_gone klp_cmdline

# A disk that lies: nothing is guessed, and what to do about it is said.
cp /var/lib/klpolicy/journal.ndjson "$SCRATCH/sound"
sed -i '2s/"run":"2/"run":"3/' /var/lib/klpolicy/journal.ndjson
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | .reason] | unique' '["unverified"]'
assert_contains "$ERR" "journal.ndjson:2:1" "its checksum is not that of its bytes" "sed -i 2d"
run 1 klpolicy hold --reason "an audit"
run 0 klpolicy history
assert_contains "$ERR" "so the history has a gap"
sed -i 2d /var/lib/klpolicy/journal.ndjson
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
