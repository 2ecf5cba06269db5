# title: onStall wait leaves a stalled transition running, tells who holds it up, and finishes later
# limit: 300
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
gate healthy <<EOF
#!/bin/sh
echo >> $SCRATCH/asked
EOF
patches lab.yaml "safety: {transition: {deadline: 3s, onStall: wait}, hooks: {healthCheck: {run: [$POLICIES/healthy]}}}" <<EOF
- $(patch stall a klp_stall)
- $(patch cmdline a klp_cmdline)
- $(patch later a klp_version "requires: [stall]")
EOF
# cmdline comes first and is done; nothing comes after what is left running.
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
json '[.deferred[] | [.module, .reason] | join(" ")] | sort' \
  '["klp_stall transition-in-progress","klp_version transition-in-progress"]'
json '[.blockers[] | .stack | tostring | contains("lab_target")] | any' true
in_transition klp_stall || fail "it was not left running"
assert_applied klp_cmdline
run 0 klpolicy status -o json
json '.transition.since as $since | [.transition.module, (now - ($since | fromdate)) < 120]' \
  '["klp_stall",true]'
run 3 klpolicy reconcile lab.yaml --detailed-exitcode
in_transition klp_stall || fail "the second run did not leave it running"
[ "$(wc -l < "$SCRATCH/asked")" = 1 ] || fail "the health of what is not applied was checked"

let_go first
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_applied klp_stall klp_version
# Its own group's, and that of the rest.
[ "$(wc -l < "$SCRATCH/asked")" = 3 ] || fail "$(wc -l < "$SCRATCH/asked") checks"
assert_writes_nothing 0 klpolicy reconcile lab.yaml

# What else the run has to say takes nothing from that: what is left running is verified by the next.
run 0 klpolicy resume stall
patches lab.yaml "safety: {transition: {deadline: 5s}}" <<EOF
- {name: stall, state: absent}
- {name: later, state: absent}
- $(patch cmdline a klp_cmdline)
EOF
run 0 klpolicy reconcile lab.yaml
rm "$SCRATCH/asked"
hold second
patches lab.yaml "safety: {transition: {deadline: 3s, onStall: wait}, hooks: {healthCheck: {run: [$POLICIES/healthy]}}}" <<EOF
- $(patch stall a klp_stall)
- $(patch cmdline a klp_cmdline)
- {name: unfit, module: klp_version, file: $(ko a klp_version), replace: false,
  sha256: "$(sha256 "$(ko b klp_version)")"}
EOF
run 5 klpolicy reconcile lab.yaml -o json
json .result blocked
in_transition klp_stall || fail "it was not left running"
let_go second
await 20 applied klp_stall
[ ! -e "$SCRATCH/asked" ] || fail "the health of what is not applied was checked"
run 5 klpolicy reconcile lab.yaml -o json
[ "$(wc -l < "$SCRATCH/asked")" = 1 ] || fail "what was left running was not verified"
