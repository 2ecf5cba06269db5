# title: a command that is wrong exits 64 and does nothing
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 64 klpolicy frobnicate
run 64 klpolicy reconcile --no-such-option lab.yaml
run 64 klpolicy plan -o xml lab.yaml
run 64 klpolicy reconcile --root / lab.yaml
run 64 klpolicy reconcile --lock-timeout soon lab.yaml
assert_gone klp_cmdline
