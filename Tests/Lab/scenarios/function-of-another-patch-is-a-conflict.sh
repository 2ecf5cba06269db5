# title: a function that another live patch changes too is a conflict, unless one requires the other
. "$LAB_LIBRARY"

foreign a klp_cmdline
echo "- $(patch two a klp_cmdline_v2)" | patches lab.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.module, .reason]]' '[["klp_cmdline_v2","function-conflict"]]'
assert_shows /proc/cmdline "klp_cmdline build a"
disable klp_cmdline
rmmod klp_cmdline

patches lab.yaml <<END
- $(patch one a klp_cmdline)
- $(patch two a klp_cmdline_v2)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.module, .reason]] | sort' \
  '[["klp_cmdline","function-conflict"],["klp_cmdline_v2","function-conflict"]]'

patches lab.yaml <<END
- $(patch one a klp_cmdline)
- $(patch two a klp_cmdline_v2 "requires: [one]")
END
run 0 klpolicy reconcile lab.yaml -o json
assert_applied klp_cmdline klp_cmdline_v2
