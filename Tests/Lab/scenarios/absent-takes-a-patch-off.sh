# title: state absent disables and unloads the patch, and its module is gone
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version

patches lab.yaml <<END
- {name: cmdline, state: absent}
- $(patch version a klp_version)
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.action == "disable" or .action == "unload")
  | [.action, .module, .reason]]' \
  '[["disable","klp_cmdline","unwanted"],["unload","klp_cmdline","unwanted"]]'
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
assert_gone klp_cmdline
assert_unpatched /proc/cmdline
assert_applied klp_version
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# Being the last one makes no difference: absent is explicit.
patches lab.yaml <<END
- {name: cmdline, state: absent}
- {name: version, state: absent}
END
run 0 klpolicy reconcile lab.yaml
assert_gone klp_version
