# title: the kernel answers to each variant of a module as the lab has written down
# boot: own
# cmdline: module_blacklist=klp_barred
# limit: 300
# prints: always
# program: none
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

# row NAME KERNEL WRITTEN NOTE
row() { printf '%-44s %-13s %-13s %s\n' "$@"; }

wrong=0
row VARIANT KERNEL WRITTEN
while read -r state; do
  LAB_STEP="state $state"
  enter "$state"
  grep "^$state	" "$CASES" > "$SCRATCH/cases"
  module-trial $(cut -f 4 "$SCRATCH/cases") | cut -f 2 > "$SCRATCH/kernel"
  leave "$state"
  paste "$SCRATCH/cases" "$SCRATCH/kernel" > "$SCRATCH/both"
  while IFS='	' read -r _ name _ _ written _ kernel; do
    note=
    [ "$kernel" = "$written" ] || { note=WRONG wrong=$((wrong + 1)); }
    row "$name" "${kernel:-nothing}" "$written" "$note"
  done < "$SCRATCH/both"
  if [ "$state" = idle ]; then
    # A target that comes later is held against the patch then, and refused itself.
    LAB_STEP="a target that comes later"
    insmod "$MODULES/variants/function-missing-in-a-target.ko"
    run 22 insmod "$(ko a lab_target)" # EINVAL
    row later-target EINVAL EINVAL
    await 20 applied klp_stall
    off klp_stall
  fi
done <<END
$(cut -f 1 "$CASES" | awk '!seen[$0]++')
END
[ $wrong = 0 ] || fail "the kernel answered $wrong of them otherwise"
