# title: a run that is killed at any write, or any moment, is finished by the next one; nothing is left over or unaccounted
# briefly: 6.1
# limit: 240
# prints: always
. "$LAB_LIBRARY"

seed=$(($(date +%s) % 100000))
echo "seed $seed"
# random LIMIT: from 1 to LIMIT, another each time.
random() {
  seed=$(((seed * 1103 + 12345) % 99991))
  n=$((seed % $1 + 1))
}

mkdir nothing one two
patches nothing/lab.yaml <<END
- {name: cmdline, state: absent}
- {name: version, state: absent}
END
patches one/lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- {name: version, state: absent}
END
patches two/lab.yaml <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- $(patch version a klp_version "requires: [cmdline]")
END
next() {
  case $1 in nothing) echo one ;; one) echo two ;; two) echo nothing ;; esac
}

# is_as DIRECTORY: everything is as its policy says, by the kernel's account.
is_as() {
  case $1 in
    nothing) assert_gone klp_cmdline klp_cmdline_v2 klp_version ;;
    one)
      assert_applied klp_cmdline
      assert_gone klp_cmdline_v2 klp_version ;;
    two)
      assert_applied klp_cmdline_v2 klp_version
      assert_gone klp_cmdline ;;
  esac
}

kills=0
# kill_at POINT DIRECTORY: a run is ended there, and the next one finishes.
kill_at() {
  LAB_STEP="seed $seed: killed at $1 on the way to $2"
  code=0
  ends_at "$1" klpolicy reconcile "$2" > "$OUT" 2> "$ERR" || code=$?
  case $code in
    77) kills=$((kills + 1)) ;;
    0) ;;
    *) fail "$LAB_STEP: exit status $code" ;;
  esac
  run 0 klpolicy status "$2" -o json
  json '[.patches[] | select(.managed | not)]' '[]'
  if grep -q 'error' "$ERR"; then fail "$1, $2: $(cat "$ERR")"; fi
  run 0 klpolicy reconcile "$2" -o json
  json_holds '.result == "applied" or .result == "converged"'
  is_as "$2"
  run 0 klpolicy plan "$2" --detailed-exitcode -o json
  json '[.changed, .unmanaged]' '[false,[]]'
  left=$(find /var/lib/klpolicy /run/klpolicy -name '.*')
  [ -z "$left" ] || fail "$1, $2: left over: $left"
}

# How many points each way has.
at=nothing
for goal in one two nothing; do
  run 0 ends_at 100000 klpolicy reconcile $goal
  eval "points_$goal=$(sed -n 's/^ends_at: \([0-9]*\) points$/\1/p' "$ERR")"
  is_as $goal
done
echo "points: to one $points_one, to two $points_two, to nothing $points_nothing"
[ $points_one -gt 20 ] && [ $points_two -gt 20 ] && [ $points_nothing -gt 10 ] ||
  fail "too few points were found"

if [ "$(at_length short long)" = long ]; then
  # Each of them, and then at moments that nothing chooses.
  n=1
  while [ $n -le $points_one ] || [ $n -le $points_two ] || [ $n -le $points_nothing ]; do
    for goal in one two nothing; do
      eval "points=\$points_$goal"
      if [ $n -le $points ]; then kill_at $n $goal; else run 0 klpolicy reconcile $goal; fi
    done
    n=$((n + 1))
  done
  wanted=300
  moments=10
else
  for round in 1 2; do
    random $points_one; kill_at $n one
    random $points_two; kill_at $n two
    random $points_nothing; kill_at $n nothing
  done
  wanted=0
  moments=2
fi
at=nothing
while [ $moments -gt 0 ] || [ $kills -lt $wanted ]; do
  goal=$(next $at)
  random 600
  kill_at ${n}ms $goal
  at=$goal
  moments=$((moments - 1))
done
echo "$kills runs were killed"

# Each that had begun is told, as what it is.
run 0 klpolicy history -o json
json_holds '[.runs[] | select(.result == null)] | length > 0'
