# title: a patch whose requirement is not to be there is blocked, and nothing happens
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline "requires: [version]")
- {name: version, state: absent}
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json .result blocked
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","requires-unmet"]]'
assert_gone klp_cmdline
