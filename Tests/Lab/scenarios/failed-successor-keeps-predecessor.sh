# title: a fix is not taken away for a successor that is blocked or fails
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml

# Blocked: not the bytes that the policy names.
patches lab.yaml <<END
- {name: cmdline, module: klp_cmdline_v2, file: $(ko a klp_cmdline_v2), version: "2",
  replace: false, sha256: "$(sha256 "$(ko b klp_cmdline_v2)")"}
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason] | index("digest-mismatch") != null' true
assert_applied klp_cmdline

# Refused by the kernel.
patches lab.yaml <<END
- $(patch cmdline a klp_fails 'version: "2"')
END
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
assert_applied klp_cmdline
assert_gone klp_fails
assert_shows /proc/cmdline "klp_cmdline build a"
