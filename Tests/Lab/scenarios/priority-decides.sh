# title: the policy of higher priority wins a patch; at equal priority both places are named
. "$LAB_LIBRARY"

patches low.yaml "priority: 1" <<END
- $(patch cmdline a klp_cmdline)
END
patches high.yaml "priority: 2" <<END
- $(patch cmdline b klp_cmdline)
END
run 0 klpolicy reconcile low.yaml high.yaml
assert_shows /proc/cmdline "klp_cmdline build b"

patches high.yaml "priority: 1" <<END
- $(patch cmdline b klp_cmdline)
END
run 65 klpolicy reconcile low.yaml high.yaml
assert_contains "$(everything_said)" low.yaml: high.yaml:
assert_shows /proc/cmdline "klp_cmdline build b"

# Absent beats applied.
patches high.yaml "priority: 1" <<END
- {name: cmdline, state: absent}
END
run 0 klpolicy reconcile low.yaml high.yaml
assert_gone klp_cmdline
