# title: adopt writes what others have put in force on this host, and the plan of that is empty
. "$LAB_LIBRARY"

folder=/var/lib/kpatch/$(release)
rm -rf /var/lib/kpatch
mkdir -p "$folder" "$SCRATCH/kept"
chmod 755 "$SCRATCH" "$SCRATCH/kept"

# One that kpatch loads, one from a place that nobody knows, one that is out of force.
cp "$(ko a klp_cmdline)" "$folder/klp-cmdline.ko"
cp "$(ko a klp_version)" "$SCRATCH/kept/whatever.ko"
insmod "$folder/klp-cmdline.ko"
insmod "$SCRATCH/kept/whatever.ko"
insmod "$(ko a klp_foreign)"
for module in klp_cmdline klp_version klp_foreign; do await 60 applied $module; done
disable klp_foreign

assert_writes_nothing 65 klpolicy adopt
assert_contains "$OUT" "the file that klp_version came from was not found"
assert_contains "$ERR" "name the directory that holds it with --modules"
assert_writes_nothing 0 klpolicy adopt --modules "$SCRATCH/kept"
assert_contains "$OUT" "$folder/klp-cmdline.ko"
assert_contains "$OUT" "file: $SCRATCH/kept/whatever.ko"
assert_contains "$OUT" "modules: [cmdline]"
assert_contains "$OUT" "klp_foreign is in memory and not in force"
cp "$OUT" "$POLICIES/adopted.yaml"

# Nothing is to be done, and nothing is written; what is unloaded by hand comes back.
run 0 klpolicy validate --strict "$POLICIES/adopted.yaml"
assert_writes_nothing 0 klpolicy reconcile "$POLICIES/adopted.yaml" --detailed-exitcode -o json
json .result converged
disable klp_version
rmmod klp_version
run 2 klpolicy reconcile "$POLICIES/adopted.yaml" --detailed-exitcode
assert_applied klp_version

# What is managed now stays with its policy; kpatch's is still nobody's.
run 0 klpolicy adopt --name second
assert_contains "$OUT" "klp_version is managed: it was loaded for the policy adopted-"
assert_contains "$OUT" "$folder/klp-cmdline.ko"
rm -r /var/lib/kpatch
