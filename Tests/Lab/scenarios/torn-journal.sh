# title: a journal whose last line was torn by a crash is read, and goes on after it
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
journal=/var/lib/klpolicy/journal.ndjson
[ -s $journal ] || fail "there is no $journal"
jq -e . $journal > /dev/null || fail "the journal is not JSON"
head -c 40 $journal | tr -d '\n' >> $journal

run 0 klpolicy status lab.yaml -o json
json '[.patches[] | [.module, .state, .managed]]' '[["klp_cmdline","applied",true]]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version
broken=0
while IFS= read -r line; do
  printf '%s\n' "$line" | jq -e . > /dev/null 2>&1 || broken=$((broken + 1))
done < $journal
[ $broken -le 1 ] || fail "$broken lines of the journal are not JSON"
run 0 klpolicy status lab.yaml -o json
json '[.patches[] | [.module, .managed]] | sort' '[["klp_cmdline",true],["klp_version",true]]'
