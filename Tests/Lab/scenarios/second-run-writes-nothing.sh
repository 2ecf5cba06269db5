# title: once converged, no command writes anything, as files and the kernel log show
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
END
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_version

assert_writes_nothing 0 klpolicy reconcile lab.yaml -o json
json .result converged
json '[.changed, .failed, .steps]' '[false,false,[]]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
assert_writes_nothing 0 klpolicy reconcile lab.yaml --dry-run --detailed-exitcode
assert_writes_nothing 0 klpolicy plan lab.yaml --detailed-exitcode
assert_writes_nothing 0 klpolicy status lab.yaml
assert_writes_nothing 0 klpolicy snapshot
assert_writes_nothing 0 klpolicy validate lab.yaml

# No lock is taken either: its folder is not made again.
rm -rf /run/klpolicy
assert_writes_nothing 0 klpolicy reconcile lab.yaml
