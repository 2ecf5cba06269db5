# title: from nothing loaded, one reconcile applies the patch and the next plan is empty
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline "fixes: [CVE-2026-0001]" "severity: high")
END
run 0 klpolicy validate lab.yaml

run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json .apiVersion klpolicy/v1
json .kind Plan
json .changed true
json '[.steps[] | select(.action == "load") | [.patch, .module, .reason, (.gap // false)]]' \
  '[["cmdline","klp_cmdline","not-loaded",false]]'
json .summary.load 1
json '[.blocked, .deferred, .unmanaged]' '[[],[],[]]'
run 0 klpolicy plan lab.yaml
assert_unpatched /proc/cmdline

run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .kind Report
json .result applied
json '[.changed, .failed]' '[true,false]'
json '[.steps[].status] | unique' '["done"]'
json .bootID "$(cat /proc/sys/kernel/random/boot_id)"
assert_shows /proc/cmdline "klp_cmdline build a"
assert_applied klp_cmdline

run 0 klpolicy status lab.yaml -o json
json .kind Status
json '[.patches[] | [.module, .state, .managed, .policy, .version]]' \
  '[["klp_cmdline","applied",true,"lab","1"]]'
json '.patches[0].buildID' "$(build_id klp_cmdline)"
json '.patches[0].functions | tostring | contains("cmdline_proc_show")' true
json '.patches[0].fixes' '["CVE-2026-0001"]'
json '.conditions[] | select(.type == "Converged") | .status | tostring | ascii_downcase' true

run 0 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.changed, .steps]' '[false,[]]'

stored=/var/lib/klpolicy/store/$(sha256 "$(ko a klp_cmdline)")
[ "$(stat -c '%U %a' "$stored")" = "root 700" ] || fail "no private copy in $stored"
