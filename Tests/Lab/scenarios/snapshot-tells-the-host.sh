# title: a snapshot holds the host's facts, and a plan can be made from it elsewhere
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy snapshot -o json
json .kind HostSnapshot
json .host.hostname lab
json .host.kernel.release "$(release)"
json .host.architecture x86_64
json '[.host.distribution.id, .host.distribution.versionID]' '["debian","12"]'
json .host.bootID "$(cat /proc/sys/kernel/random/boot_id)"
json .host.kernel.modulesDisabled false
json .host.kernel.signatureEnforced false
json '.host.machineID != "0123456789abcdef0123456789abcdef"' true
json .live.patches '[]'
cp "$OUT" host.json

# The snapshot stays what it was, whatever becomes of this host; and no privileges are needed.
run 0 klpolicy reconcile lab.yaml
run 2 klpolicy plan lab.yaml --host host.json --detailed-exitcode -o json
json '[.steps[] | select(.action == "load") | .module]' '["klp_cmdline"]'
run 2 sh -c "klpolicy plan lab.yaml --host - --detailed-exitcode < host.json"
as_nobody 2 "klpolicy plan $POLICIES/lab.yaml --host $POLICIES/host.json --detailed-exitcode"

run 0 klpolicy snapshot -o json
json '[.live.patches[] | [.module, .state]]' '[["klp_cmdline","applied"]]'
json '[.live.patches[0].objects[] | select(.name == "vmlinux") | .functions[].name]' \
  '["cmdline_proc_show"]'
json '.live.patches[0].buildID' "$(build_id klp_cmdline)"
cp "$OUT" host.json
run 0 klpolicy plan lab.yaml --host host.json --detailed-exitcode
