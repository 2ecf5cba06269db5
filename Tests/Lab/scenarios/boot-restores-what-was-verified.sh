# title: at boot what was verified is restored from the store, with no gate; nothing else is done
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

# In order, as a unit of the service manager would have it.
restart() {
  run 0 klpolicy mark-shutdown
  reboot
}

clock 2026-11-24T12:00:00Z
gate shut <<EOF
#!/bin/sh
exit 1
EOF
# Everything that could hold it up, but what recalls it.
shut="safety: {gates: {minUptime: 900d, maxLoadPerCPU: 0, commands: [{run: [$POLICIES/shut]}]}, hooks: {preApply: {run: [$POLICIES/shut]}}}"
frozen='maintenance: {freezes: [{name: f, from: "2026-11-24T13:00", to: "2026-12-24T13:00"}]'
mkdir modules
cp "$MODULES/a/klp_cmdline.ko" "$MODULES/a/klp_version.ko" modules/
patches lab.yaml <<EOF
- $(patch cmdline a klp_cmdline)
EOF
run 0 klpolicy reconcile .
patches lab.yaml "$shut" "$frozen}" "minimumAge: 700d" <<EOF
- $(patch cmdline a klp_cmdline "released: 2026-11-01")
- $(patch version a klp_version "released: 2026-11-01")
EOF
run 0 klpolicy hold cmdline --reason audit
clock 2026-11-24T14:00:00Z
restart
run 3 klpolicy reconcile . --detailed-exitcode
assert_gone klp_cmdline
# The published file is another one meanwhile: the copy that was verified is what counts.
run 0 klpolicy reconcile . --boot --dry-run -o json
json '[.steps[] | [.action, .module] | join(" ")]' '["load klp_cmdline","await klp_cmdline"]'
run 2 klpolicy reconcile . --boot --detailed-exitcode -o json
assert_applied klp_cmdline
assert_gone klp_version
json '[.deferred[] | [.patch, .reason]]' '[["version","not-at-boot"]]'
assert_writes_nothing 0 klpolicy reconcile . --boot

# A successor that waits does not keep what was there from coming back.
patches lab.yaml "$frozen}" <<EOF
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
EOF
restart
run 0 klpolicy reconcile . --boot -o json
assert_applied klp_cmdline
assert_gone klp_cmdline_v2

# none: nothing. desired: newly admitted builds too, by their gates.
patches lab.yaml "maintenance: {atBoot: none}" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
restart
assert_writes_nothing 0 klpolicy reconcile . --boot -o json
json '[.deferred[] | [.patch, .reason]]' '[["cmdline","not-at-boot"]]'
run 0 klpolicy resume cmdline
patches lab.yaml "maintenance: {atBoot: desired}" <<EOF
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- $(patch version a klp_version)
EOF
run 0 klpolicy reconcile . --boot -o json
assert_applied klp_cmdline_v2 klp_version
assert_gone klp_cmdline
patches lab.yaml "$frozen, atBoot: desired}" <<EOF
- $(patch cmdline b klp_cmdline)
- $(patch version a klp_version)
EOF
restart
run 0 klpolicy reconcile . --boot -o json
assert_applied klp_cmdline_v2 klp_version

# What was withdrawn is not restored.
restart
policy set.yaml <<EOF
apiVersion: klpolicy/v1
kind: PatchSet
metadata: {name: set}
spec:
  patches:
    - name: version
      builds:
        - {release: $(release), version: "1", module: klp_version, file: $MODULES/a/klp_version.ko, sha256: "$(sha256 "$(ko a klp_version)")", replace: false, withdrawn: true}
EOF
patches lab.yaml <<EOF
- version
EOF
run "5" klpolicy reconcile . --boot -o json
json '[.blocked[] | [.patch, .reason]]' '[["version","withdrawn"]]'
assert_gone klp_version
