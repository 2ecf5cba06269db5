# title: a newer version is applied before the older is removed; no reader ever sees neither
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.gap)]' '[]'
json '[.steps[] | select(.action == "load") | [.module, .reason]]' \
  '[["klp_cmdline_v2","newer-build"]]'
json '([.steps[] | .action] | index("load") < index("disable"))' true

start reader sh -c 'while read -r line < /proc/cmdline; do echo "$line"; done'
reached reader test -s "$SCRATCH/reader.stdout"
run 0 klpolicy reconcile lab.yaml
sleep 1
killed reader
assert_applied klp_cmdline_v2
assert_gone klp_cmdline
assert_shows /proc/cmdline "klp_cmdline_v2 build a"
uniq "$SCRATCH/reader.stdout" > "$SCRATCH/seen"
in_order "$SCRATCH/seen" "^klp_cmdline build a" "^klp_cmdline_v2 build a"
if grep -v '^klp_cmdline' "$SCRATCH/seen" > "$SCRATCH/bare"; then
  fail "a reader saw the unpatched kernel: $(cat "$SCRATCH/bare")"
fi
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
