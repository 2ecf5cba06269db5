# title: whatever is in memory, by whomever, and whatever is wanted: one run ends there, and the next has nothing to do
# briefly: 6.12
# limit: 240
# prints: always
. "$LAB_LIBRARY"

seed=$(($(date +%s) % 90000))
echo "seed $seed"
# random LIMIT: from 1 to LIMIT, another each time.
random() {
  seed=$(((seed * 1103 + 12345) % 99991))
  n=$((seed / 7 % $1 + 1))
}

# wanted: some patches and builds, in `want.yaml`; the modules that are in force then, in `goal`.
wanted() {
  : > "$SCRATCH/want"
  goal="" requires=""
  random 5
  case $n in
    1) echo "- {name: cmdline, state: absent}" >> "$SCRATCH/want" ;;
    2) ;;
    3) module=klp_cmdline version=1 ;;
    4) module=klp_cmdline version=2 ;;
    5) module=klp_cmdline_v2 version=3 ;;
  esac
  if [ "$n" -ge 3 ]; then
    build=a
    [ "$version" != 2 ] || build=b
    echo "- $(patch cmdline $build $module "version: \"$version\"")" >> "$SCRATCH/want"
    goal=$module
    random 2
    [ "$n" = 1 ] || requires="requires: [cmdline]"
  fi
  random 4
  case $n in
    1) echo "- {name: version, state: absent}" >> "$SCRATCH/want" ;;
    2) ;;
    3) build=a ;;
    4) build=b ;;
  esac
  if [ "$n" -ge 3 ]; then
    echo "- $(patch version $build klp_version ${requires:+"$requires"})" >> "$SCRATCH/want"
    goal="$goal klp_version"
  fi
  random 3
  if [ "$n" = 1 ]; then
    echo "- $(patch all a klp_all)" >> "$SCRATCH/want"
    goal="$goal klp_all"
  fi
  patches lab.yaml "unmanaged: remove" < "$SCRATCH/want"
}

# by_hand: what somebody else may do meanwhile.
by_hand() {
  random 7
  case $n in
    1) module=klp_foreign ;;
    2) module=klp_version ;;
    3) module=klp_cmdline ;;
    4 | 5)
      # What is on goes off, and stays in memory or not.
      module=$(ls /sys/kernel/livepatch | head -n 1)
      [ -n "$module" ] || return 0
      disable "$module"
      [ "$n" = 4 ] || rmmod "$module"
      did="$did; $module off ($n)"
      return 0 ;;
    *) return 0 ;;
  esac
  if gone $module; then
    random 2
    build=a
    [ "$n" = 1 ] || [ $module = klp_foreign ] || build=b
    foreign $build $module
    did="$did; insmod $module $build"
  fi
}

reconcile() { klpolicy reconcile lab.yaml --allow-empty -o json > "$OUT" 2> "$ERR" < /dev/null; }

runs=$(at_length 5 200) run_number=0 changed=0 steps=0 by_person=0
while [ $run_number -lt "$runs" ]; do
  run_number=$((run_number + 1))
  did="seed $seed"
  by_hand
  by_hand
  wanted
  code=0
  reconcile || code=$?
  # A build of somebody else's under the name of the one that is wanted, of which there is no copy to go
  # back to, is for a person to unload, as is said; what hangs on it waits.
  if [ $code = 5 ]; then
    module=$(jq -r '.blocked[] | select(.reason == "no-way-back") | .module' "$OUT" | sort -u)
    others=$(jq -r '.blocked[].reason' "$OUT" | grep -vxE 'no-way-back|successor-not-applied|requires-unmet' || true)
    [ -z "$others" ] || fail "blocked in round $run_number, $did: $others"
    did="$did; $module off, as it was in the way"
    [ ! -e "/sys/kernel/livepatch/$module" ] || disable "$module"
    rmmod "$module"
    by_person=$((by_person + 1)) code=0
    reconcile || code=$?
  fi
  if [ $code != 0 ]; then
    jq -cM '.steps[], .blocked[], .deferred[], .errors[]' "$OUT"
    cat "$ERR" lab.yaml
    fail "exit status $code in round $run_number, $did"
  fi
  # No step was refused, none is missing, and what is in force is what was wanted, and no more.
  json_holds '(.result == "applied" or .result == "converged") and .failed == false
    and .errors == [] and all(.steps[]; .status == "done")'
  [ "$(jq .changed "$OUT")" = false ] || changed=$((changed + 1))
  steps=$((steps + $(jq '.steps | length' "$OUT")))
  for module in $goal; do assert_applied "$module"; done
  found=$(ls /sys/kernel/livepatch | sort | tr '\n' ' ') due=$(for module in $goal; do echo "$module"; done | sort | tr '\n' ' ')
  [ "$found" = "$due" ] || fail "in force: $found, wanted: $due ($did)"
  run 0 klpolicy plan lab.yaml --allow-empty --detailed-exitcode -o json
  json '[.changed, .steps, .blocked, .deferred]' '[false,[],[],[]]'
done
echo "$runs wishes for what was found; $changed of them changed something, in $steps steps; none was refused;" \
  "$by_person of them had to wait for a person"
[ "$changed" -gt $((runs / 2)) ] || fail "too few runs had anything to do"
