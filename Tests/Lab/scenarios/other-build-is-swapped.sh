# title: another build under the same module name replaces the old one, and its gap is told
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
first=$(build_id klp_cmdline)

patches lab.yaml <<END
- $(patch cmdline b klp_cmdline)
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.action == "load") | [.module, .reason, .gap]]' \
  '[["klp_cmdline","other-build",true]]'
json '[.steps[] | .action] | index("disable") < index("load")' true
run 0 klpolicy reconcile lab.yaml -o json
json .result applied
assert_applied klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build b"
[ "$(build_id klp_cmdline)" != "$first" ] || fail "the build ID is still $first"
run 0 klpolicy status lab.yaml -o json
json '.patches[0].buildID' "$(build_id klp_cmdline)"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# And back.
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
assert_shows /proc/cmdline "klp_cmdline build a"
