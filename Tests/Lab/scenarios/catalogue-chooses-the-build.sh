# title: a PatchSet's highest version is loaded; a pin goes back to a lower one, a withdrawn one is taken off
# briefly: 6.1
. "$LAB_LIBRARY"

# catalogue V2-FIELDS: two versions of one fix, in modules of their own.
catalogue() {
  policy set.yaml <<END
apiVersion: klpolicy/v1
kind: PatchSet
metadata: {name: lab}
spec:
  patches:
    - name: cmdline
      fixes: [CVE-2026-0001]
      builds:
        - release: $(release)
          version: "1"
          module: klp_cmdline
          file: $(ko a klp_cmdline)
          sha256: "$(sha256 "$(ko a klp_cmdline)")"
          replace: false
        - release: $(release)
          version: "2"
          module: klp_cmdline_v2
          file: $(ko a klp_cmdline_v2)
          sha256: "$(sha256 "$(ko a klp_cmdline_v2)")"
          replace: false
          $1
END
}

catalogue "released: 2026-11-01"
patches lab.yaml <<END
- cmdline
END
run 0 klpolicy validate set.yaml lab.yaml
run 0 klpolicy reconcile set.yaml lab.yaml
assert_applied klp_cmdline_v2
assert_gone klp_cmdline
assert_writes_nothing 0 klpolicy reconcile set.yaml lab.yaml --detailed-exitcode

# The policy alone does not say what the patch is.
run 65 klpolicy plan lab.yaml
assert_contains "$ERR" "no PatchSet here defines the patch"

# A pin below: the lower version comes before the higher one goes.
patches lab.yaml <<END
- {name: cmdline, version: "<2"}
END
run 0 klpolicy reconcile set.yaml lab.yaml -o json
json '[.steps[] | "\(.action) \(.module)"] | index("load klp_cmdline") < index("disable klp_cmdline_v2")' true
assert_applied klp_cmdline
assert_gone klp_cmdline_v2

# Without the pin it goes up again, and a recall takes it off, though nothing is to take its place.
patches lab.yaml <<END
- {name: cmdline, version: ">=2"}
END
run 0 klpolicy reconcile set.yaml lab.yaml
assert_applied klp_cmdline_v2
catalogue "withdrawn: true"
run 5 klpolicy reconcile set.yaml lab.yaml -o json
json '[.steps[] | select(.action == "unload") | [.module, .reason]]' '[["klp_cmdline_v2","withdrawn"]]'
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","withdrawn"]]'
json '.blocked[0].openCVEs' '["CVE-2026-0001"]'
assert_gone klp_cmdline_v2
assert_unpatched /proc/cmdline
