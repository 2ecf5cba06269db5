# title: a withdrawn build goes in a freeze, with what requires it, unless it is held; no undo loads it again
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

# build VERSION LETTER MODULE FIELD
build() {
  cat <<END
        - release: $(release)
          version: "$1"
          module: $3
          file: $(ko "$2" "$3")
          sha256: "$(sha256 "$(ko "$2" "$3")")"
          replace: false
          released: 2026-11-01
          ${4:-}
END
}

# catalogue BUILDS
catalogue() {
  policy set.yaml <<END
apiVersion: klpolicy/v1
kind: PatchSet
metadata: {name: lab}
spec:
  patches:
    - name: cmdline
      builds:
$1
    - name: version
      requires: [cmdline]
      builds:
$(build 1 a klp_version)
END
}

# wants PATCH...
wants() {
  printf -- '- %s\n' "$@" | patches lab.yaml "maintenance:" \
    '  freezes: [{name: audit, from: "2026-11-24T00:00", to: "2026-11-26T00:00"}]'
}

# Nobody names the patch any more, and what requires it is in force.
clock 2026-11-23T12:00:00Z
catalogue "$(build 1 a klp_cmdline)"
wants cmdline version
run 0 klpolicy reconcile set.yaml lab.yaml
assert_applied klp_cmdline klp_version
clock 2026-11-24T12:00:00Z
catalogue "$(build 1 a klp_cmdline "withdrawn: true")"
wants version
run 0 klpolicy hold cmdline --reason audit
assert_writes_nothing 0 klpolicy reconcile set.yaml lab.yaml -o json
json '[.deferred[] | [.module, .reason]]' '[["klp_cmdline","held"]]'
run 0 klpolicy resume cmdline
run 5 klpolicy reconcile set.yaml lab.yaml -o json
json '[.steps[] | select(.action == "unload") | [.module, .reason, .reversible]]' \
  '[["klp_version","withdrawn",true],["klp_cmdline","withdrawn",false]]'
json '[.blocked[] | [.patch, .reason]]' '[["version","requires-unmet"]]'
assert_gone klp_cmdline klp_version

# Its successor has its name: a hold keeps it then too, and otherwise the freeze holds up the
# successor alone.
clock 2026-11-23T12:00:00Z
rm -r /var/lib/klpolicy
catalogue "$(build 1 a klp_cmdline)"
wants cmdline
run 0 klpolicy reconcile set.yaml lab.yaml
clock 2026-11-24T12:00:00Z
catalogue "$(build 1 a klp_cmdline "withdrawn: true")
$(build 2 b klp_cmdline)"
run 0 klpolicy hold cmdline --reason audit
assert_writes_nothing 0 klpolicy reconcile set.yaml lab.yaml -o json
json '[.deferred[] | .reason]' '["held","held"]'
run 0 klpolicy resume cmdline
run 0 klpolicy reconcile set.yaml lab.yaml -o json
json '[.steps[] | .action]' '["disable","await","unload"]'
json '[.deferred[] | .reason]' '["frozen"]'
assert_gone klp_cmdline

# Outside the freeze its successor comes, and goes with what fails on it: the withdrawn build stays off.
clock 2026-11-27T12:00:00Z
catalogue "$(build 1 a klp_cmdline)"
wants cmdline
run 0 klpolicy reconcile set.yaml lab.yaml
assert_shows /proc/cmdline "klp_cmdline build a"
catalogue "$(build 1 a klp_cmdline "withdrawn: true")
$(build 2 b klp_cmdline)"
wants cmdline "$(patch fails a klp_fails "requires: [cmdline]")"
run 4 klpolicy reconcile set.yaml lab.yaml -o json
json '[.steps[] | select(.action == "unload" or .action == "load") | [.module, .status]]' \
  '[["klp_cmdline","done"],["klp_cmdline","undone"],["klp_fails","failed"]]'
json '.msg | contains("but for klp_cmdline, which was withdrawn")' true
assert_gone klp_cmdline klp_fails
assert_unpatched /proc/cmdline
