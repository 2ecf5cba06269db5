# title: what a cumulative patch takes off, and is still wanted, is back in the same run
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version)
- $(patch all a klp_all)
END
run 0 klpolicy reconcile lab.yaml -o json
json .result applied
assert_applied klp_all klp_version
assert_shows /proc/cmdline "klp_all build a"
assert_shows /proc/version "klp_version build a"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# From nothing, the cumulative patch goes first.
patches lab.yaml <<END
- {name: version, state: absent}
- {name: all, state: absent}
END
run 0 klpolicy reconcile lab.yaml
assert_gone klp_all klp_version
patches lab.yaml <<END
- $(patch version a klp_version)
- $(patch all a klp_all)
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_all klp_version

# Two of them cannot be had.
patches two.yaml <<END
- $(patch all a klp_all)
- $(patch stall a klp_stall_all)
END
run 65 klpolicy plan two.yaml
