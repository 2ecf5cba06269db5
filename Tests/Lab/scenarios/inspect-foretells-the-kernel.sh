# title: what inspect foretells of a module is what the kernel then says to it
# boot: own
# cmdline: module_blacklist=klp_barred
# limit: 900
# prints: always
. "$LAB_LIBRARY"
CASES=$MODULES/variants/cases

# enter STATE: bring the guest into the state that variants ask for.
enter() {
  case $1 in
    idle) ;;
    target) insmod "$(ko a lab_target)" ;;
    giver) insmod "$(ko v lab_giver)" ;;
    probe) insmod "$(ko v lab_probe)" ;;
    probe-post) insmod "$(ko v lab_probe)" post=1 ;;
    taken) foreign b klp_cmdline ;;
    state) foreign v klp_states ;;
    ftrace-off) echo 0 > /proc/sys/kernel/ftrace_enabled ;;
    transition)
      insmod "$(ko a lab_target)"
      hold first
      insmod "$(ko a klp_stall)"
      in_transition klp_stall ;;
    lockdown) echo integrity > /sys/kernel/security/lockdown ;;
    enforced) echo Y > /sys/module/module/parameters/sig_enforce ;;
    closed) echo 1 > /proc/sys/kernel/modules_disabled ;;
    *) fail "no state '$1'" ;;
  esac
}

# leave STATE: be idle again; the last three states are for good.
leave() {
  case $1 in
    target) rmmod lab_target ;;
    giver) rmmod lab_giver ;;
    probe | probe-post) rmmod lab_probe ;;
    taken) off klp_cmdline ;;
    state) off klp_states ;;
    ftrace-off) echo 1 > /proc/sys/kernel/ftrace_enabled ;;
    transition)
      let_go first
      await 20 applied klp_stall
      off klp_stall
      rmmod lab_target ;;
  esac
}

off() {
  disable "$1"
  await 20 rmmod "$1"
}

# foretell FILE...: a line each, what klpolicy inspect says: the file; yes, no or unknown; the errno
# that the kernel is to give, or -; all its reasons, or -.
foretell() {
  LAB_STEP="klpolicy inspect $*"
  code=0
  klpolicy inspect --certificate "$MODULES/variants/certificate.pem" -o json "$@" > "$SCRATCH/inspection" 2> "$SCRATCH/complaints" < /dev/null || code=$?
  case $code in 0 | 5 | 65) ;; *) fail "status $code: $(head -c 2000 "$SCRATCH/complaints")" ;; esac
  jq -r '
    (.modules[] | [.path,
      (if .wouldLoad == null then "unknown" elif .wouldLoad then "yes" else "no" end),
      (.errno // "-"), ([.obstacles[]?.reason] | unique | join(",") | if . == "" then "-" else . end)]),
    (.problems[] | [.path, "no", (.errno // "-"), "not-a-module"]) | @tsv
  ' "$SCRATCH/inspection" > "$SCRATCH/foretold"
  for file; do
    awk -F '\t' -v file="$file" '$1 == file { print; found = 1; exit }
      END { if (!found) print file "\tnothing\t-\t-" }' "$SCRATCH/foretold"
  done
}

# judge SAID ERRNO REASONS KERNEL BEYOND: how what was foretold and what the kernel did agree.
judge() {
  case $5 in
    untold)
      # Never that it would load; what else the kernel says is not in the file.
      case "$1 $2" in "unknown "* | "no -") echo untold && return ;; esac ;;
  esac
  case "$1 $4" in
    "yes loads" | "no $2") echo yes ;;
    "no loads")
      # Stricter than the kernel, on purpose and for this reason.
      case ",$3," in *",$5,"*) echo stricter ;; *) echo WRONG ;; esac ;;
    *) echo WRONG ;;
  esac
}

row() { printf '%-43s %-8s %-13s %-13s %-14s %s\n' "$@"; }

total=0 wrong=0 surprises=0
row VARIANT FORETOLD ERRNO KERNEL AGREE REASONS
while read -r state; do
  grep "^$state	" "$CASES" > "$SCRATCH/cases"
  LAB_STEP="state $state"
  enter "$state"
  foretell $(cut -f 3 "$SCRATCH/cases") > "$SCRATCH/said"
  LAB_STEP="loads in the state $state"
  module-trial $(cut -f 4 "$SCRATCH/cases") | cut -f 2 > "$SCRATCH/kernel"
  leave "$state"
  paste "$SCRATCH/cases" "$SCRATCH/said" "$SCRATCH/kernel" > "$SCRATCH/all"
  while IFS='	' read -r _ name _ _ written beyond _ said errno reasons kernel; do
    total=$((total + 1))
    agree=$(judge "$said" "$errno" "$reasons" "$kernel" "$beyond")
    [ "$agree" != WRONG ] || wrong=$((wrong + 1))
    row "$name" "$said" "$errno" "${kernel:-nothing}" "$agree" "$reasons"
    [ "$kernel" = "$written" ] || {
      surprises=$((surprises + 1))
      echo "  the lab has written down $written"
    }
  done < "$SCRATCH/all"
  if [ "$state" = idle ]; then
    # A target that comes later is held against the patch then, and refused itself.
    LAB_STEP="a target that comes later"
    run 0 klpolicy inspect -o json "$MODULES/variants/function-missing-in-a-target.ko"
    json '.modules[] | [.wouldLoad, (.warnings | map(.code))]' '[true,["target-not-loaded"]]'
    insmod "$MODULES/variants/function-missing-in-a-target.ko"
    run 22 insmod "$(ko a lab_target)" # EINVAL
    await 20 applied klp_stall
    off klp_stall
  fi
done <<END
$(cut -f 1 "$CASES" | awk '!seen[$0]++')
END
echo "$total foretold, $wrong of them wrong"
[ $wrong = 0 ] || fail "klpolicy foretold $wrong of $total otherwise than the kernel answered"
[ $surprises = 0 ] || fail "the kernel answered $surprises otherwise than the lab has written down"
