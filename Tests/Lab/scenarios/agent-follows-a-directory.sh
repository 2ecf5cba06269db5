# title: the agent keeps a host to a directory: at once when it changes, when a window opens, to its end
# briefly: 6.1
# limit: 300
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
mkdir -p /etc/klpolicy
echo "agent: {source: {directory: $POLICIES/d}, interval: 1h}" > /etc/klpolicy/config.yaml
clock 2026-11-24T12:00:00Z
start agent klpolicy agent

# Nothing there yet, then a policy: applied at once.
await 20 grep -q "$POLICIES/d does not exist" "$SCRATCH/agent.stderr"
patches d/one.yaml <<END
- $(patch cmdline a klp_cmdline)
END
reached agent applied klp_cmdline
patches d/two.yaml <<END
- $(patch version a klp_version)
END
reached agent applied klp_version

# It owns its directory: what was loaded for a policy that is not there any more goes.
rm d/two.yaml
reached agent gone klp_version
assert_applied klp_cmdline

# A policy that is moved to another file is not missed while that is written, whoever wakes the agent.
cp d/one.yaml one.sound
patches two.new <<END
- $(patch version a klp_version)
END
cp two.new d/two.yaml
reached agent applied klp_version
run 0 klpolicy history -o json
runs=$(jq '.runs | length' "$OUT")
process=$(pid agent)
rm d/two.yaml
while IFS= read -r line; do
  echo "$line" >> d/moved.yaml
  kill -USR1 "$process"
done < two.new
sleep 2
assert_applied klp_version
run 0 klpolicy history -o json
json '.runs | length' "$runs"
rm d/moved.yaml
reached agent gone klp_version

# What cannot be used changes nothing, and is said.
sed 's/patches:/pathces:/' one.sound > d/one.yaml
reached agent grep -q unknown-key "$SCRATCH/agent.stderr"
assert_applied klp_cmdline
cp one.sound d/one.yaml

# Outside its window a change waits, and is made when the clock says that it opens.
patches d/two.yaml 'maintenance: {windows: [{start: "22:00", duration: 2h}]}' <<END
- $(patch version a klp_version)
END
reached agent grep -q outside-window "$SCRATCH/agent.stderr"
clock 2026-11-24T21:59:54Z
# Nobody tells that the clock is synchronised by now.
kill -USR1 "$(pid agent)"
sleep 1
assert_gone klp_version
reached agent applied klp_version

# Another run's changes are seen on demand.
disable klp_version
rmmod klp_version
kill -USR1 "$(pid agent)"
reached agent applied klp_version

# In between it takes no processor time.
spent() { cut -d ' ' -f 14,15 "/proc/$(pid agent)/stat"; }
sleep 2
before=$(spent)
sleep 4
[ "$(spent)" = "$before" ] || fail "it spent time while nothing happened: $before, then $(spent)"

# Told to end while a transition stalls: it is undone, and the agent ends with 0.
hold first
patches d/three.yaml "safety: {transition: {deadline: 60s}}" <<END
- $(patch stall a klp_stall)
END
reached agent in_transition klp_stall
kill -TERM "$(pid agent)"
sleep 1
let_go first
finished 0 agent
assert_gone klp_stall
assert_applied klp_cmdline klp_version
run 0 klpolicy history -o json
json '[.runs[].trigger] | unique' '["agent"]'

# Once, for a pipeline.
run 2 klpolicy agent --once --detailed-exitcode -o json
json '[.trigger, .result]' '["agent","applied"]'
run 0 klpolicy agent --once --detailed-exitcode
assert_writes_nothing 0 klpolicy agent --once
