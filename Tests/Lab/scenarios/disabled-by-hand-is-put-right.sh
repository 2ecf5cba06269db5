# title: a patch that was disabled by hand is seen as drift and applied again
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
disable klp_cmdline
assert_unpatched /proc/cmdline
assert_loaded klp_cmdline

run 0 klpolicy status lab.yaml -o json
json '[.patches[] | [.module, .state]]' '[["klp_cmdline","resident"]]'
json '.conditions[] | select(.type == "Converged") | .status | tostring | ascii_downcase' false
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | .action] | contains(["unload","load"])' true
json '[.steps[] | .reason] | index("resident") != null' true
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build a"

# Removed by hand altogether.
disable klp_cmdline
await 10 rmmod klp_cmdline
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
