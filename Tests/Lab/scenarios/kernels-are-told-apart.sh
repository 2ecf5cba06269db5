# title: a rebuild under the same release is another kernel; one that has the fix needs no patch
. "$LAB_LIBRARY"

build_id() { klpolicy snapshot | jq -r .host.kernel.buildID; }

# catalogue PATCH-FIELD BUILD-FIELD
catalogue() {
  policy set.yaml <<END
apiVersion: klpolicy/v1
kind: PatchSet
metadata: {name: lab}
spec:
  patches:
    - name: cmdline
      $1
      builds:
        - release: $(release)
          version: "1"
          module: klp_cmdline
          file: $(ko a klp_cmdline)
          sha256: "$(sha256 "$(ko a klp_cmdline)")"
          replace: false
          $2
END
}

patches lab.yaml <<END
- cmdline
END
catalogue "severity: low" "kernelBuildID: 0123456789abcdef0123456789abcdef01234567"
assert_writes_nothing 5 klpolicy reconcile set.yaml lab.yaml -o json
json '[.blocked[] | .reason]' '["other-kernel-build"]'

catalogue "severity: low" "buildID: 0123456789abcdef0123456789abcdef01234567"
assert_writes_nothing 5 klpolicy reconcile set.yaml lab.yaml -o json
json '[.blocked[] | .reason]' '["other-build-id"]'

catalogue "severity: low" "kernelBuildID: $(build_id)"
run 0 klpolicy reconcile set.yaml lab.yaml
assert_applied klp_cmdline

# The kernel is said to have the fix: nothing is due, and what is there stays.
catalogue "fixedIn: \">=$(release | cut -d . -f 1,2)\"" "released: 2026-11-01"
assert_writes_nothing 0 klpolicy reconcile set.yaml lab.yaml --detailed-exitcode -o json
json '[.satisfied[] | [.patch, .reason]]' '[["cmdline","kernel-has-fix"]]'
assert_applied klp_cmdline
