# title: a live patch that somebody else loaded is reported and left alone
. "$LAB_LIBRARY"

foreign a klp_foreign
for unmanaged in report ignore; do
  patches lab.yaml "unmanaged: $unmanaged" <<END
- $(patch cmdline a klp_cmdline)
END
  run 0 klpolicy reconcile lab.yaml -o json
  if [ $unmanaged = report ]; then
    json '.unmanaged | tostring | contains("klp_foreign")' true
  fi
  assert_applied klp_cmdline klp_foreign
  assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
done

run 0 klpolicy status lab.yaml -o json
json '[.patches[] | [.module, .state, .managed]] | sort' \
  '[["klp_cmdline","applied",true],["klp_foreign","applied",false]]'

# Taking ours off does not take theirs.
patches lab.yaml <<END
- {name: cmdline, state: absent}
END
run 0 klpolicy reconcile lab.yaml
assert_gone klp_cmdline
assert_applied klp_foreign
