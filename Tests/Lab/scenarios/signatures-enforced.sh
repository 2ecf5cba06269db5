# title: where the kernel insists on signatures, an unsigned module is not loaded
# cmdline: module.sig_enforce=1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy snapshot -o json
json .host.kernel.signatureEnforced true
run "4|5" klpolicy reconcile lab.yaml -o json
json '.result == "blocked" or .result == "restored"' true
assert_gone klp_cmdline
