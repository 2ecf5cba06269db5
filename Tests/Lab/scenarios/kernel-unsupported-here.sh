# title: on a kernel without live patching that is said clearly, and nothing is tried
# boot: none
. "$LAB_LIBRARY"

[ ! -e /sys/kernel/livepatch ] || skip "this machine's kernel has live patching"
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy validate lab.yaml
run 5 klpolicy plan lab.yaml -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","kernel-unsupported"]]'
json .steps '[]'
run 0 klpolicy snapshot -o json
json .host.kernel.livepatch false
run 0 klpolicy status lab.yaml -o json
json .patches '[]'
json '.conditions[] | select(.type == "Supported") | .status | tostring | ascii_downcase' false
if [ "$(id -u)" = 0 ]; then
  ls -la /var/lib/klpolicy /run/klpolicy > "$SCRATCH/before" 2>&1 || true
  run 5 klpolicy reconcile lab.yaml
  ls -la /var/lib/klpolicy /run/klpolicy > "$SCRATCH/after" 2>&1 || true
  assert_same "the state of klpolicy" "$SCRATCH/before" "$SCRATCH/after"
else
  run 77 klpolicy reconcile lab.yaml
fi
