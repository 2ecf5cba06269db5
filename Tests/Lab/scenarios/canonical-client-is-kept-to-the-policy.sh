# title: Canonical's client is enabled, set and disabled as the policy says, and what fails is taken back
# briefly: 6.12
# limit: 300
. "$LAB_LIBRARY"

# The client is closed: this is a stand-in, which keeps to what is documented of it and loads a live
# patch of the lab's when it is enabled.
client=/snap/bin
token=planted-token-4711
mkdir -p "$client" /etc/klpolicy
cp /lab/canonical-livepatch "$client/"
echo "$token" > "$client/token"
mkdir "$client/config"
status() {
  printf '{"Status":[{"Kernel":"6.1.0-1.1-lab","Running":true,"Livepatch":{"CheckState":"checked","State":"%s","Version":"1.1","Fixes":[]},"Supported":"supported"}],"tier":"stable"}\n' "$1"
}
status applied > "$client/fresh.json"
# Who looks for the token while the client has it, in the places where it need not be.
cat > "$client/on-enable" <<END
insmod "$(ko a lkp_Ubuntu_lab_1)"
for folder in /proc/[0-9]*; do
  [ "\${folder##*/}" = \$\$ ] || [ "\${folder##*/}" = \$PPID ] || cat "\$folder/cmdline"
  cat "\$folder/environ"
done >> "$SCRATCH/seen" 2> /dev/null
grep 'Max core' /proc/self/limits >> "$SCRATCH/limits"
END
tell() { (umask 077; echo "$token" > /etc/klpolicy/token); chmod "${1:-600}" /etc/klpolicy/token; }
tell

# wants WORDS [LINE...]: a policy that asks for this of the client.
wants() {
  words=$1
  shift
  {
    echo 'apiVersion: klpolicy/v1'
    echo 'kind: Policy'
    echo 'metadata: {name: client}'
    echo 'spec:'
    for line; do echo "  $line"; done
    echo '  services:'
    echo "    - canonical: {$words}"
  } | policy lab.yaml
}
steps() { json '[.steps[] | [.setting, .status // "-"] | join(" ")]' "$1"; }
withheld() { json "[.$1[] | [.service, .reason] | join(\" \")]" "$2"; }
calls() { assert_same "what the client was told" "$client/calls" "$SCRATCH/calls"; }
reconciles() {
  run "$1" klpolicy reconcile lab.yaml --detailed-exitcode -o json
  cat "$OUT" "$ERR" >> "$SCRATCH/printed"
}
settings='token: {file: /etc/klpolicy/token}, cutoffDate: 2020-01-01T00:00:00Z, patchDelay: 2d, checkInterval: 60m, server: "https://livepatch.example.com/v1", assertions: {state: applied}'


# The token is nowhere but in its file and on the client's own command line.
ends() {
  LAB_STEP="looking for the token"
  [ -s "$SCRATCH/seen" ] || fail "nobody looked"
  grep -Eq 'core file size +1 ' "$SCRATCH/limits" ||
    fail "the client could leave a core: $(cat "$SCRATCH/limits")"
  for place in "$SCRATCH/seen" "$SCRATCH/printed" /var/lib/klpolicy /run/klpolicy; do
    grep -rqs "$token" "$place" && fail "the token is in $place: $(grep -rls "$token" "$place")"
  done
  disable lkp_Ubuntu_lab_1
  rmmod lkp_Ubuntu_lab_1
  rm -r "$client"
  exit 0
}

# Check mode foretells it; a token that others may read is not used.
wants "enabled: true, $settings"
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
foretold='["remote-server=https://livepatch.example.com/v1 -","cutoff-date=2020-01-01T00:00:00Z -","patch-delay=2d -","check-interval=60 -","enabled=true -"]'
steps "$foretold"
tell 640
reconciles 5
withheld blocked '["canonical token-unusable"]'
(umask 077; echo 'no token' > /etc/klpolicy/token)
assert_writes_nothing 5 klpolicy plan lab.yaml --detailed-exitcode -o json
withheld blocked '["canonical token-unusable"]'
tell
[ ! -e "$client/calls" ] || fail "the client was told something"

# A live patch that the client calls failed is taken off again, and so are the settings; that is not
# tried again.
status apply-failed > "$client/fresh.json"
reconciles 4
json '[.result, .changed, .steps[4].status] | join(" ")' "restored false failed"
assert_gone lkp_Ubuntu_lab_1
[ ! -e "$client/enabled" ] || fail "the machine is enabled still"
[ -z "$(ls "$client/config")" ] || fail "settings are left"
reconciles 5
withheld blocked '["canonical failed-before"]'
run 0 klpolicy resume canonical
rm "$client/calls"

# Set and enabled, in that order, each once; the kernel has the live patch.
status applied > "$client/fresh.json"
reconciles 2
steps "$(echo "$foretold" | sed 's/ -"/ done"/g')"
json '[.result, .changed] | join(" ")' "applied true"
assert_applied lkp_Ubuntu_lab_1
printf '%s\n' 'config remote-server=https://livepatch.example.com/v1' \
  'config cutoff-date=2020-01-01T00:00:00Z' 'config patch-delay=2d' 'config check-interval=60' \
  enable > "$SCRATCH/calls"
calls
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.result, .steps, .deferred, .blocked] | tostring' '["converged",[],[],[]]'

# What has drifted is set back, and nothing else; a health check that does not pass has it undone.
echo 5d > "$client/config/patch-delay"
wants "enabled: true, $settings" 'safety: {hooks: {healthCheck: {run: [/usr/bin/false]}}}'
reconciles 4
json '[.result, .changed, .steps[0].setting, .steps[0].status] | join(" ")' \
  "restored false patch-delay=2d undone"
[ "$(cat "$client/config/patch-delay")" = 5d ] || fail "the setting before is not back"
assert_applied lkp_Ubuntu_lab_1

# A setting may have the client load a live patch in place of the one in force. That cannot come back, so
# what took its place stays on, and that is told.
run 0 klpolicy resume canonical
echo "insmod '$(ko a lkp_Ubuntu_lab_2)'" > "$client/on-config"
reconciles 6
json '[.result, .changed] | join(" ")' "failed true"
json_holds '.errors | any(.phase == "undo" and (.message | contains("lkp_Ubuntu_lab_1")))'
assert_applied lkp_Ubuntu_lab_2
[ "$(cat "$client/config/patch-delay")" = 5d ] || fail "the setting before is not back"
rm "$client/on-config"
disable lkp_Ubuntu_lab_2
rmmod lkp_Ubuntu_lab_2 lkp_Ubuntu_lab_1
insmod "$(ko a lkp_Ubuntu_lab_1)"

# Half an answer is no success, and nothing is done on it.
status applied | head -c 100 > "$client/status.json"
reconciles 5
withheld blocked '["canonical unverified"]'
status applied > "$client/status.json"

# Disabled; what is in force stays until a reboot, and that is told.
wants 'enabled: false'
reconciles 2
json '[.steps[] | [.setting, .reversible, .status] | map(tostring) | join(" ")]' '["enabled=false false done"]'
json '[.warnings[].code] | tostring' '["vendor-client"]'
assert_applied lkp_Ubuntu_lab_1
[ ! -e "$client/enabled" ] || fail "the machine is enabled still"
[ "$(at_length 0 1)" = 1 ] || ends

# What follows takes longer: hangs take their time.
reconciles 0
run 0 klpolicy history
assert_contains "$OUT" "set enabled=true" "set enabled=false"
run 0 klpolicy resume canonical
wants "enabled: true, $settings"
run 0 klpolicy hold canonical --reason wait
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
withheld deferred '["canonical held"]'
run 0 klpolicy resume canonical

# A client that hangs over an order is left, one that lies is not believed, one that grumbles is heard
# and what it did seen.
echo 'config patch-delay=2d' > "$client/hangs"
reconciles 4
json '[.result, .changed, .steps[0].status] | join(" ")' "restored false failed"
rm "$client/hangs"
echo config > "$client/lies"
reconciles 4
json_holds '.errors[0].message | contains("it says that it did")'
rm "$client/lies"
echo config > "$client/grumbles"
rm "$client/calls"
disable lkp_Ubuntu_lab_1
rmmod lkp_Ubuntu_lab_1
reconciles 2
rm "$client/grumbles"
json '[.warnings[].code] | tostring' '["vendor-client"]'
printf '%s\n' 'config patch-delay=2d' enable > "$SCRATCH/calls"
calls

# One setting that does not come back keeps none of the others.
wants "enabled: true, $settings" 'safety: {hooks: {healthCheck: {run: [/usr/bin/false]}}}'
echo 5d > "$client/config/patch-delay"
echo 90 > "$client/config/check-interval"
echo 'config check-interval=90' > "$client/hangs"
reconciles 6
json_holds '.errors | any(.phase == "undo" and (.message | contains("check-interval is not back")))'
[ "$(cat "$client/config/patch-delay")" = 5d ] || fail "a setting is not back for another's sake"
[ "$(cat "$client/config/check-interval")" = 60 ] || fail "the scenario is wrong: it came back"
rm "$client/hangs"
run 0 klpolicy resume canonical
wants "enabled: true, $settings"
reconciles 2
steps '["patch-delay=2d done"]'

# An enable that is killed may yet be done: the client is told to disable, though its status says that it is.
wants 'enabled: false'
reconciles 2
wants "enabled: true, $settings"
rm "$client/calls"
echo enable > "$client/hangs"
reconciles 4
echo disable > "$SCRATCH/calls"
calls
rm "$client/hangs"

# Whether it has asked its server is not understood: no success.
status applied | sed 's/"CheckState":"checked",//' > "$client/fresh.json"
echo true > "$client/on-enable"
reconciles 4
json_holds '.errors[0].message | contains("is not understood")'
status applied > "$client/fresh.json"
run 0 klpolicy resume canonical
reconciles 2
steps '["enabled=true done"]'

# A run that is killed before its health check leaves that to the next one, which takes back what does
# not pass it.
printf '#!/bin/sh\nif [ -e /tmp/dies ]; then rm /tmp/dies; kill -9 "$(pidof klpolicy)"; fi\n[ ! -e /tmp/sick ]\n' > /usr/bin/dies
chmod 755 /usr/bin/dies
wants "enabled: true, $settings" 'safety: {hooks: {healthCheck: {run: [/usr/bin/dies]}}}'
echo 5d > "$client/config/patch-delay"
touch /tmp/dies
run 137 klpolicy reconcile lab.yaml -o json
[ "$(cat "$client/config/patch-delay")" = 2d ] || fail "it was killed too early"
touch /tmp/sick
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | [.action, .module, .reason] | join(" ")] | tostring' '["await canonical-livepatch unfinished"]'
reconciles 4
json '[.result, .steps[0].status] | join(" ")' "restored undone"
[ "$(cat "$client/config/patch-delay")" = 5d ] || fail "what the killed run had changed is not back"
rm /tmp/sick
run 0 klpolicy resume canonical
reconciles 2
steps '["patch-delay=2d done"]'

# A setting that a person has changed since a run was killed is theirs.
echo 5d > "$client/config/patch-delay"
wants "enabled: true, $settings" 'safety: {hooks: {healthCheck: {run: [/usr/bin/dies]}}}'
touch /tmp/dies
run 137 klpolicy reconcile lab.yaml -o json
echo 7d > "$client/config/patch-delay"
wants "enabled: true, token: {file: /etc/klpolicy/token}"
reconciles 2
json '[.steps[].status] | join(" ")' done
[ "$(cat "$client/config/patch-delay")" = 7d ] || fail "what a person has set is overwritten"
reconciles 0

# A setting after which its answer is not understood, or that costs the machine its enabling, is no success.
wants "enabled: true, $settings"
printf 'head -c 100 "%s" > "%s"; rm "%s"\n' "$client/fresh.json" "$client/status.json" "$client/on-config" > "$client/on-config"
reconciles 4
json_holds '.errors[0].message | contains("is not understood")'
[ "$(cat "$client/config/patch-delay")" = 7d ] || fail "the setting before is not back"
status applied > "$client/status.json"
printf 'rm "%s" "%s" "%s"\n' "$client/enabled" /var/snap/canonical-livepatch/common/machine-token \
  "$client/on-config" > "$client/on-config"
reconciles 4
json_holds '.errors[0].message | contains("not enabled any more")'
[ -e "$client/enabled" ] || fail "the machine is not enabled again"
[ "$(cat "$client/config/patch-delay")" = 7d ] || fail "the setting before is not back"
assert_applied lkp_Ubuntu_lab_1
run 0 klpolicy resume canonical
reconciles 2

# What a killed run had enabled is disabled again, and what stays in force is told.
wants 'enabled: false'
reconciles 2
wants "enabled: true, $settings" 'safety: {hooks: {healthCheck: {run: [/usr/bin/dies]}}}'
touch /tmp/dies
run 137 klpolicy reconcile lab.yaml -o json
[ -e "$client/enabled" ] || fail "it was killed too early"
touch /tmp/sick
reconciles 6
json_holds '.errors | any(.phase == "undo" and (.message | contains("stays in force until a reboot")))'
[ ! -e "$client/enabled" ] || fail "the machine is enabled still"
assert_applied lkp_Ubuntu_lab_1
rm /tmp/sick
run 0 klpolicy resume canonical
reconciles 2
steps '["enabled=true done"]'

# A word that is not documented is no success; nor is a client that hangs at every question.
status applied-mostly > "$client/status.json"
assert_writes_nothing 5 klpolicy reconcile lab.yaml --detailed-exitcode -o json
withheld blocked '["canonical unverified"]'
: > "$client/hangs"
assert_writes_nothing 5 klpolicy reconcile lab.yaml --detailed-exitcode -o json
withheld blocked '["canonical unverified"]'
rm "$client/hangs"
status applied > "$client/status.json"

# With a token that it can be enabled with again, disabling it is taken back whole.
wants 'enabled: false, token: {file: /etc/klpolicy/token}' \
  'safety: {hooks: {healthCheck: {run: [/usr/bin/false]}}}'
echo 'true' > "$client/on-enable"
reconciles 4
json '[.result, .changed, .steps[0].reversible] | map(tostring) | join(" ")' "restored false true"
[ -e "$client/enabled" ] || fail "the machine is disabled still"
ends
