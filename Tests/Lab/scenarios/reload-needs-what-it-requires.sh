# title: a patch whose requirement is not met is not loaded again after a cumulative one either
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version "requires: [cmdline]")
- {name: cmdline, state: absent}
END
# It is there, and what it requires is not: that is told.
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.patch, .reason]]' '[["version","requires-unmet"]]'

patches lab.yaml <<END
- $(patch version a klp_version "requires: [cmdline]")
- {name: cmdline, state: absent}
- $(patch all a klp_all)
END
run 5 klpolicy plan lab.yaml -o json
json '[.steps[] | select(.action == "load" and .module == "klp_version")]' '[]'
