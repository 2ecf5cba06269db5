# title: functions that are missing, ambiguous, out of ftrace's reach or held are told before the load
. "$LAB_LIBRARY"

# refused MODULE REASON ERRNO: reconcile and plan block it with the reason and change nothing, and
# the kernel would have refused it with that error.
refused() {
  echo "- $(patch x a "$1")" | patches lab.yaml
  assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
  json '[.blocked[] | [.module, .reason]]' "[[\"$1\",\"$2\"]]"
  run 5 klpolicy plan lab.yaml
  insmod "$(ko a "$1")" 2> "$SCRATCH/insmod" && fail "the kernel takes $1"
  assert_contains "$SCRATCH/insmod" "$3"
}

refused klp_missing function-not-patchable "Invalid argument"
refused klp_ambiguous function-not-patchable "Invalid argument"
refused klp_hidden function-not-patchable "Invalid argument"

insmod "$(ko a lab_kprobe)"
refused klp_version function-conflict "Device or resource busy"
assert_contains "$OUT" kprobe
rmmod lab_kprobe
run 0 klpolicy reconcile lab.yaml -o json
json .result applied

# A function that ftrace shows by another name is not held for one that it cannot hook.
echo "- $(patch alias a klp_alias)" | patches alias.yaml
run 0 klpolicy reconcile alias.yaml -o json
json '[.result, .warnings]' '["applied",[]]'
applied klp_alias

# A module that is not loaded cannot be looked at yet: that is said, and is no obstacle.
echo "- $(patch stall a klp_stall)" | patches stall.yaml
run 0 klpolicy reconcile stall.yaml -o json
json '[.result, .warnings[].code]' '["applied","target-not-loaded"]'
