# title: builds for kernels that are installed and do not run are in the store before their boot
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

next=$(klpolicy inspect "$(ko other klp_version)" -o json | jq -r '.modules[0].kernel.release')
[ "$next" != "$(release)" ] || fail "the other kernel is this one"
digest=$(sha256 "$(ko other klp_version)")

# for_next FILE: the patch for the running kernel, and one for the next from that file.
for_next() {
  policy lab.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: lab}
spec:
  kernels:
    - release: $(release)
      patches:
        - $(patch cmdline a klp_cmdline)
    - release: $next
      patches:
        - {name: version, module: klp_version, file: $1, version: "1", replace: false,
           sha256: "$digest"}
END
}

# Nothing of that kernel is here: nothing of it is brought here.
for_next "$(ko other klp_version)"
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.steps[].action]' '["load","await"]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# A folder of modules alone is what a removed kernel leaves.
mkdir -p "/lib/modules/$next" /boot
assert_writes_nothing 0 klpolicy plan lab.yaml --detailed-exitcode
: > "/boot/vmlinuz-$next"
run 0 klpolicy snapshot
json '.host.installedKernels | index("'"$next"'") != null' true

assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | [.action, .module, .kernel, .reason]]' \
  "$(jq -nc --arg next "$next" '[["stage","klp_version",$next,"not-stored"]]')"

# Who holds everything gets nothing; a file that is not there is told, and stops nobody.
run 0 klpolicy hold --reason "not now"
assert_writes_nothing 0 klpolicy plan lab.yaml --detailed-exitcode
run 0 klpolicy resume
for_next nowhere.ko
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.warnings[].code]' '["cannot-stage"]'

for_next "$(ko other klp_version)"
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
json .changed true
json '.diff.after | contains("klp_version stored for '"$next"'")' true
json '[.steps[].status]' '["done"]'
[ "$(sha256 "/var/lib/klpolicy/store/$digest/module.ko")" = "$digest" ] || fail "not stored"
loaded klp_version && fail "a module for another kernel was loaded"
assert_applied klp_cmdline
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
run 0 klpolicy history -o json
json '[.runs[0].changes[] | [.action, .module, .kernel, .outcome]]' \
  "$(jq -nc --arg next "$next" '[["stage","klp_version",$next,"done"]]')"
# It changed nothing that could be rolled back.
run 0 klpolicy rollback --dry-run -o json
json '[.steps[] | [.action, .module]]' '[["disable","klp_cmdline"],["await","klp_cmdline"],["unload","klp_cmdline"]]'

# When that kernel is gone, its copy stays for a time, as the kernel may come back, and then goes; the
# copies for the running kernel stay.
rm -r "/boot/vmlinuz-$next" "/lib/modules/$next"
patches lab.yaml <<END
- $(patch cmdline b klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml -o json
json '.collected' null
touch -d '2020-01-01 00:00' /var/lib/klpolicy/store/*
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml -o json
json '.collected' "[\"$digest\"]"
[ ! -e "/var/lib/klpolicy/store/$digest" ] || fail "the copy is still there"
for build in a b; do
  [ -e "/var/lib/klpolicy/store/$(sha256 "$(ko $build klp_cmdline)")" ] || fail "$build is gone"
done
run 0 klpolicy rollback
assert_applied klp_cmdline
