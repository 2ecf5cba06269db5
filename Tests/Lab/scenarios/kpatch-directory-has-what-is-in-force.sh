# title: kpatch's directory gets the module that is in force and no other, whole or not at all, and goes back with its group
# briefly: 6.12
# limit: 400
. "$LAB_LIBRARY"

folder=/var/lib/kpatch/$(release)
rm -rf /var/lib/kpatch
services() { printf 'services: [{release: "%s", kpatch: {modules: [%s]}}]' "$(release)" "$1"; }

# Loaded first, then written; the plan says the same before.
patches lab.yaml "$(services cmdline)" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | [.action, .module, .reason, .service // "-", .path // "-", .status] | join(" ")]' \
  "[\"load klp_cmdline not-loaded - - done\",\"await klp_cmdline not-loaded - - done\",\"install klp_cmdline not-installed kpatch $folder/klp_cmdline.ko done\"]"
json .result applied
json_holds '.diff.after | contains("klp_cmdline.ko installed")'
assert_applied klp_cmdline
assert_same "the module" "$folder/klp_cmdline.ko" "$(ko a klp_cmdline)"
[ "$(stat -c '%a %u %g' "$folder/klp_cmdline.ko" "$folder" /var/lib/kpatch | tr '\n' ,)" = "644 0 0,755 0 0,755 0 0," ] ||
  fail "modes: $(stat -c '%a %u %g %n' "$folder/klp_cmdline.ko" "$folder" /var/lib/kpatch)"
[ "$(ls -A "$folder")" = klp_cmdline.ko ] || fail "left behind: $(ls -A "$folder")"
grep -q '"action":"write-file"' /var/lib/klpolicy/journal.ndjson || fail "no intent in the journal"
run 0 klpolicy history
assert_contains "$OUT" "installed klp_cmdline"

# A second run writes nothing.
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged

# Another build in the file, or none any more, is drift.
cp "$(ko b klp_cmdline)" "$folder/klp_cmdline.ko"
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | [.action, .reason] | join(" ")]' '["install other-build"]'
assert_same "the module" "$folder/klp_cmdline.ko" "$(ko a klp_cmdline)"
head -c 5000 "$(ko a klp_cmdline)" > "$folder/klp_cmdline.ko"
run 0 klpolicy reconcile lab.yaml
assert_same "the module" "$folder/klp_cmdline.ko" "$(ko a klp_cmdline)"

# Outside its window, or held, it waits and nothing is written.
rm "$folder/klp_cmdline.ko"
run 0 klpolicy hold cmdline --reason "wait"
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.service, .patch, .reason] | join(" ")]' '["kpatch cmdline held"]'
run 0 klpolicy resume cmdline

# In the file of somebody else's module nothing is changed; one under two names is told.
echo foreign > "$folder/other.ko"
cp "$(ko a klp_cmdline)" "$folder/a.ko"
cp "$(ko b klp_cmdline)" "$folder/b.ko"
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.service, .reason] | join(" ")]' '["kpatch name-clash"]'
rm "$folder/a.ko" "$folder/b.ko"

# What does not get in force does not get there either; what was there stays.
run 0 klpolicy reconcile lab.yaml
cp "$folder/klp_cmdline.ko" "$SCRATCH/before.ko"
patches lab.yaml "$(services "cmdline, fails")" <<EOF
- $(patch cmdline a klp_cmdline)
- $(patch fails a klp_fails)
EOF
run 4 klpolicy reconcile lab.yaml -o json
json '[.deferred[] | [.service, .patch, .reason] | join(" ")]' '["kpatch fails not-in-force"]'
[ ! -e "$folder/klp_fails.ko" ] || fail "what failed to load is loaded at the next boot"
assert_same "the other file" "$folder/klp_cmdline.ko" "$SCRATCH/before.ko"

# A health check that fails undoes the file, and no patch.
gate ill <<EOF
#!/bin/sh
exit 1
EOF
patches lab.yaml "$(services "cmdline, {name: old, state: absent, module: klp_version}")" \
  "safety: {hooks: {healthCheck: {run: [$POLICIES/ill]}}}" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
rm "$folder/klp_cmdline.ko"
cp "$(ko a klp_version)" "$folder/klp-version.ko"
run 4 klpolicy reconcile lab.yaml -o json
json .result restored
json '[.steps[] | [.action, .module, .status] | join(" ")]' \
  '["install klp_cmdline undone","configure klp_version undone"]'
json .changed false
[ ! -e "$folder/klp_cmdline.ko" ] || fail "the file stayed"
assert_same "the file that was to go" "$folder/klp-version.ko" "$(ko a klp_version)"
assert_applied klp_cmdline

# Absent takes the file of that module away, whatever it is called, and no other.
patches lab.yaml "$(services "cmdline, {name: old, state: absent, module: klp_version}")" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | [.action, .module, .reason] | join(" ")]' \
  '["install klp_cmdline not-installed","configure klp_version unwanted"]'
[ "$(ls -A "$folder" | tr '\n' ' ')" = "klp_cmdline.ko other.ko " ] || fail "there is $(ls -A "$folder")"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# A patch that nobody wants has no file to get.
patches lab.yaml "$(services "cmdline, nobody")" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.service, .patch, .reason] | join(" ")]' '["kpatch nobody requires-unmet"]'

# Killed before and after each write, the next run finishes; no file is ever half written.
patches lab.yaml "$(services "cmdline")" <<EOF
- $(patch cmdline a klp_cmdline)
EOF
n=4 code=77
while [ $code = 77 ]; do
  rm -f "$folder"/klp_cmdline.ko
  code=0
  ends_at "$n" klpolicy reconcile lab.yaml > "$OUT" 2> "$ERR" || code=$?
  [ ! -e "$folder/klp_cmdline.ko" ] || cmp -s "$folder/klp_cmdline.ko" "$(ko a klp_cmdline)" ||
    fail "half a file after point $n"
  run 0 klpolicy reconcile lab.yaml
  assert_same "the module" "$folder/klp_cmdline.ko" "$(ko a klp_cmdline)"
  n=$((n + $(at_length 8 1)))
done
[ $n -gt 9 ] || fail "there were only $n points"
rm "$folder/klp_cmdline.ko"
run 0 klpolicy reconcile lab.yaml
[ "$(ls -A "$folder" | tr '\n' ' ')" = "klp_cmdline.ko other.ko " ] || fail "there is $(ls -A "$folder")"
