# title: after a cut of power at any moment of a run the next boot restores, and the next run ends converged or tells what crashed; nothing is locked, half stored or unaccounted
# briefly: 6.12
# disk: 64
# limit: 900
# prints: always
. "$LAB_LIBRARY"

cuts=$(at_length 3 50)

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

# The last run that was begun, and what is known of its end.
last_run() {
  run 0 klpolicy history -o json
  json .unread '[]'
  jq -r '.runs[0] | "\(.trigger) \(.result // "cut off") \([.changes[]?] | length)"' "$OUT"
}

# Everything that is kept is whole, and nothing half made counts.
store_is_whole() {
  for copy in /var/lib/klpolicy/store/*; do
    [ -e "$copy" ] || continue
    LAB_STEP="the copy $copy is whole"
    [ "$(sha256 "$copy/module.ko")" = "$(basename "$copy")" ] || fail "$copy is not what it is called"
  done
}

if [ "$BOOT" = 1 ]; then
  mkdir nothing one two
  probation="safety: {probation: 1s}"
  patches nothing/lab.yaml "$probation" <<END
- {name: cmdline, state: absent}
- {name: version, state: absent}
END
  patches one/lab.yaml "$probation" <<END
- $(patch cmdline a klp_cmdline)
- {name: version, state: absent}
END
  patches two/lab.yaml "$probation" <<END
- $(patch cmdline a klp_cmdline_v2 'version: "2"')
- $(patch version a klp_version "requires: [cmdline]")
END
  # How long such a run takes here.
  began=$(cut -d ' ' -f 1 /proc/uptime)
  run 0 klpolicy reconcile two
  took=$(echo "$began $(cut -d ' ' -f 1 /proc/uptime)" | awk '{ print int(($2 - $1) * 1000) }')
  is_as two
  sleep 1
  keep took $took
  at=two crashes=0
else
  took=$(kept took) goal=$(kept goal) crashes=$(kept crashes)
  assert_gone klp_cmdline klp_cmdline_v2 klp_version
  LAB_STEP="boot $BOOT, cut on the way to $goal"
  told=$(last_run)
  # Some boots do not get through what they restore either.
  if [ $((BOOT % 4)) = 3 ] && [ "$BOOT" -le "$cuts" ]; then
    echo "boot $BOOT: cut on the way to $goal; the last run: $told"
    cut_power_within $((took * 2 / 3))
    klpolicy reconcile $goal --boot > /dev/null 2>&1
    await_cut
  fi
  # At boot, and then in order: done, or it is told what ended the boot.
  run "0|5" klpolicy reconcile $goal --boot -o json
  at_boot="$(jq -r '.result' "$OUT")"
  json_holds '[.blocked[].reason] - ["crash-guard"] == []'
  json_holds '.errors == []'
  run "0|5" klpolicy reconcile $goal -o json
  json_holds '[.blocked[].reason] - ["crash-guard", "requires-unmet"] == []'
  json_holds '.errors == [] and [.deferred[].reason] - ["successor-not-applied"] == []'
  crashed=$(jq -r '[.blocked[] | select(.reason == "crash-guard") | .patch] | join(" ")' "$OUT")
  echo "boot $BOOT: cut on the way to $goal; the last run: $told; at boot: $at_boot; crashed: ${crashed:-nothing}"
  if [ -n "$crashed" ]; then
    crashes=$((crashes + 1))
    assert_writes_nothing 5 klpolicy reconcile $goal
    for patch in $crashed; do run 0 klpolicy resume $patch; done
    run 0 klpolicy reconcile $goal
  fi
  is_as $goal
  run 0 klpolicy plan $goal --detailed-exitcode -o json
  json '[.changed, .unmanaged]' '[false,[]]'
  run 0 klpolicy status $goal -o json
  json '[.patches[] | select(.managed | not)]' '[]'
  json .failures '[]'
  store_is_whole
  left=$(find /var/lib/klpolicy /run -name '.*')
  [ -z "$left" ] || fail "left over: $left"
  if [ "$BOOT" -gt "$cuts" ]; then
    echo "$cuts cuts of power; after $crashes of them a build was kept off until resume"
    exit
  fi
  at=$goal
  sleep 1
fi
case $at in nothing) goal=one ;; one) goal=two ;; two) goal=nothing ;; esac
keep goal $goal
keep crashes $crashes
cut_power_within $took
klpolicy reconcile $goal > /dev/null 2>&1
await_cut
