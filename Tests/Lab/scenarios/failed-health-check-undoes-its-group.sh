# title: a health check that fails or takes too long undoes its group, and no other
. "$LAB_LIBRARY"

gate healthy <<EOF
#!/bin/sh
cat > $SCRATCH/asked
[ ! -e $SCRATCH/ill ] || { echo "no answer" >&2; exit 1; }
[ ! -e $SCRATCH/slow ] || { sleep 517 & sleep 517; }
EOF
gate told <<EOF
#!/bin/sh
jq -c '[.outcome, .message]' > $SCRATCH/told
cat /proc/cmdline > $SCRATCH/cmdline-then
EOF
hooks="safety: {hooks: {healthCheck: {run: [$POLICIES/healthy], timeout: 3s}, onFailure: {run: [$POLICIES/told]}}}"
foreign a klp_foreign
patches lab.yaml "$hooks" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
patches other.yaml <<EOF
- $(patch version a klp_version)
EOF

touch "$SCRATCH/ill"
run 4 klpolicy reconcile . -o json
json .result restored
json '[.steps[] | [.module, .action, .status] | join(" ")]' \
  '["klp_cmdline load undone","klp_cmdline await undone","klp_version load done","klp_version await done"]'
json '.errors | map([.step, .phase, .operation, .path])' \
  "[[null,\"verify\",\"healthCheck\",\"$POLICIES/healthy\"]]"
json_holds '.errors[0].message | contains("no answer") and contains("lab.yaml")'
assert_gone klp_cmdline
assert_applied klp_version klp_foreign
# It is told after the undo.
assert_contains "$SCRATCH/told" '"restored"' "no answer"
grep -q klp_ "$SCRATCH/cmdline-then" && fail "onFailure ran before the undo"
rm "$SCRATCH/ill"

# Nothing that it started outlives its time.
touch "$SCRATCH/slow"
patches lab.yaml "$hooks" <<EOF
- $(patch cmdline b klp_cmdline)
EOF
run 4 klpolicy reconcile . -o json
json_holds '.errors[0].message | contains("did not end within its time limit")'
json '[.hooks[] | [.hook, .status] | join(" ")]' '["healthCheck broken","onFailure passed"]'
assert_gone klp_cmdline
pgrep -f "sleep 517" > "$SCRATCH/left" && fail "it left $(cat "$SCRATCH/left") behind"
rm "$SCRATCH/slow"

run 0 klpolicy resume cmdline

# A program that cannot be relied on keeps everything from being begun.
chmod 777 healthy
assert_writes_nothing 5 klpolicy reconcile . -o json
json '[.blocked[] | .reason]' '["hook-unusable"]'
rm healthy
assert_writes_nothing 5 klpolicy reconcile . -o json
json_holds '.blocked[0].message | contains("nothing is begun")'
