# title: hooks run around a group, each once and in order, told what is changed; plans run none
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"

# What a hook sees: its name, whether the patch is in force, and what it was told.
for name in preApply postApply healthCheck onFailure; do
  gate "$name" <<EOF
#!/bin/sh
echo "$name \$1 \$(cat /sys/kernel/livepatch/klp_cmdline/enabled 2>/dev/null || echo absent)" \
  >> $SCRATCH/hooks
cat > $SCRATCH/$name-\$1.json
[ ! -e $SCRATCH/no-$name ] || { echo "$name says no" >&2; exit 3; }
EOF
done
hooks() {
  echo "safety: {hooks: {preApply: {run: [$POLICIES/preApply, $1]}, postApply: {run:" \
    "[$POLICIES/postApply, $1]}, healthCheck: {run: [$POLICIES/healthCheck, $1]}, onFailure:" \
    "{run: [$POLICIES/onFailure, $1]}}}"
}
patches web.yaml "$(hooks web)" <<EOF
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
EOF
# Another policy that binds one of them.
patches db.yaml "$(hooks db)" <<EOF
- $(patch cmdline a klp_cmdline)
EOF

run 0 klpolicy plan .
run 0 klpolicy reconcile --dry-run .
[ ! -e "$SCRATCH/hooks" ] || fail "a plan ran $(cat "$SCRATCH/hooks")"

# A hook that says no: nothing is begun, and who had prepared for it is told so.
touch "$SCRATCH/no-preApply"
run 3 klpolicy reconcile . --detailed-exitcode -o json
json '[.deferred[] | [.patch, .reason]]' '[["cmdline","hook-refused"],["version","hook-refused"]]'
json_holds '.deferred[0].message | contains("preApply says no") and contains("db.yaml")'
json '[.hooks[] | [.hook, .policy, .status, .group]]' '[["preApply","db","failed",1]]'
json .changed false
assert_unpatched /proc/cmdline /proc/version
[ "$(cat "$SCRATCH/hooks")" = "preApply db absent" ] || fail "$(cat "$SCRATCH/hooks")"
rm "$SCRATCH/no-preApply" "$SCRATCH/hooks"

run 2 klpolicy reconcile . --detailed-exitcode -o json
assert_applied klp_cmdline klp_version
json '[.hooks[] | [.hook, .policy, .status] | join(" ")]' \
  '["preApply db passed","preApply web passed","postApply db passed","postApply web passed","healthCheck db passed","healthCheck web passed"]'
cat > "$SCRATCH/expected" <<EOF
preApply db absent
preApply web absent
postApply db 1
postApply web 1
healthCheck db 1
healthCheck web 1
EOF
assert_same "what hooks saw" "$SCRATCH/expected" "$SCRATCH/hooks"
name=$(jq -r .run "$OUT")
run 0 jq -c '[.kind, .run == "'"$name"'", .hook, .policy, .group, .patches,
  ([.steps[] | [.action, .module, .status] | join(" ")] | unique)]' "$SCRATCH/healthCheck-web.json"
assert_contains "$OUT" '["HookRequest",true,"healthCheck","web",1,["cmdline","version"],["await klp_cmdline done","await klp_version done","load klp_cmdline done","load klp_version done"]]'

rm "$SCRATCH/hooks"
assert_writes_nothing 0 klpolicy reconcile .
[ ! -e "$SCRATCH/hooks" ] || fail "with nothing to do it ran $(cat "$SCRATCH/hooks")"

# What is taken off is bound too.
touch "$SCRATCH/no-preApply"
patches web.yaml "$(hooks web)" <<EOF
- {name: cmdline, state: absent}
- {name: version, state: absent}
EOF
rm db.yaml
run 3 klpolicy reconcile . --detailed-exitcode --prune
assert_applied klp_cmdline klp_version
rm "$SCRATCH/no-preApply" "$SCRATCH/hooks"
# What postApply makes of it is told, and undoes nothing.
touch "$SCRATCH/no-postApply"
run 0 klpolicy reconcile . --prune -o json
json '[.warnings[] | .code]' '["hook-failed"]'
assert_gone klp_cmdline klp_version
assert_contains "$SCRATCH/hooks" "preApply web 1" "healthCheck web absent"
