# title: what the kernel's own tests of live patching do by hand comes to the same ends by policies
# boot: own
# modules: kernel
# briefly: 6.12
# limit: 900
# prints: always
. "$LAB_LIBRARY"

tests=0
# test NAME: one of upstream's, by its name there.
test_begins() {
  tests=$((tests + 1))
  LAB_TEST=$1
  echo "$(cut -d . -f 1 /proc/uptime) s: $1"
}

fail() {
  echo "FAILED: ${LAB_TEST:-}: $*"
  exit 1
}

p() {
  name=$1 module=test_klp_$2
  shift 2
  patch "$name" kernel "$module" "$@"
}

# want [STATUS]: standard input is all that is wanted; whatever is not named there goes.
want() {
  patches lab.yaml "safety: {probation: 1s}" "unmanaged: report"
  run "${1:-0}" klpolicy reconcile lab.yaml --allow-empty -o json
  [ "${1:-0}" = 0 ] || return 0
  json .result applied
  # Of nearly every other scenario too, so in the short form not of each of these.
  [ "$(at_length short long)" = short ] || run 0 klpolicy plan lab.yaml --allow-empty --detailed-exitcode
}

nothing() {
  want < /dev/null
  [ -z "$(ls /sys/kernel/livepatch)" ] || fail "left: $(ls /sys/kernel/livepatch)"
  if grep -E '^test_klp_(livepatch|syscall|state|atomic|callbacks_demo)' /proc/modules; then
    fail "left in memory"
  fi
}

# in_force MODULE...: these live patches are, and no other is in the kernel's list.
in_force() {
  for module; do assert_applied "test_klp_$module"; done
  [ "$(ls /sys/kernel/livepatch | wc -l)" = $# ] || fail "not only $*: $(ls /sys/kernel/livepatch)"
}

shows_both() {
  patched="$(cat /proc/cmdline /proc/meminfo | sed -n 's/: this has been live patched$//p' | xargs)"
  [ "$patched" = "$1" ] || fail "patched are '$patched', not '$1'"
}

# callbacks: the kernel has run these since the last time, in this order: standard input.
called=0
callbacks() {
  dmesg | sed -n 's/^.*test_klp_\([a-z0-9_]*\): \([a-z_]*\)_callback: \([a-z_]*\).*/\1 \2 \3/p' \
    > "$SCRATCH/callbacks"
  tail -n "+$((called + 1))" "$SCRATCH/callbacks" > "$SCRATCH/callbacks.now"
  called=$(wc -l < "$SCRATCH/callbacks")
  sed 's/ mod$/ test_klp_callbacks_mod/; s/ busy$/ test_klp_callbacks_busy/' > "$SCRATCH/callbacks.due"
  assert_same "what the kernel called in '$LAB_TEST'" "$SCRATCH/callbacks.due" "$SCRATCH/callbacks.now"
}

target() { insmod "$(ko kernel test_klp_callbacks_mod)"; }
busy() { insmod "$(ko kernel test_klp_callbacks_busy)" block_transition="$1"; }

# test-livepatch

test_begins "basic function patching"
want <<END
- $(p livepatch livepatch)
END
in_force livepatch
shows_both test_klp_livepatch
nothing
shows_both ""

test_begins "multiple livepatches"
want <<END
- $(p livepatch livepatch)
END
want <<END
- $(p livepatch livepatch)
- $(p meminfo atomic_replace)
END
shows_both "test_klp_livepatch test_klp_atomic_replace"
want <<END
- $(p livepatch livepatch)
END
in_force livepatch
shows_both test_klp_livepatch
nothing
shows_both ""

test_begins "atomic replace livepatch"
want <<END
- $(p livepatch livepatch)
- $(p syscall syscall)
- $(p demo callbacks_demo)
END
in_force livepatch syscall callbacks_demo
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
END
want <<END
- $(patch cumulative kernel-replace test_klp_atomic_replace "replace: true")
END
in_force atomic_replace
assert_gone test_klp_livepatch test_klp_syscall test_klp_callbacks_demo
shows_both test_klp_atomic_replace
nothing
callbacks < /dev/null

# test-callbacks

demo() {
  want <<END
- $(p demo callbacks_demo)
END
  in_force callbacks_demo
}

test_begins "target module before livepatch"
target
demo
nothing
rmmod test_klp_callbacks_mod
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo pre_patch mod
callbacks_demo post_patch vmlinux
callbacks_demo post_patch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo pre_unpatch mod
callbacks_demo post_unpatch vmlinux
callbacks_demo post_unpatch mod
END

test_begins "module_coming notifier"
demo
target
nothing
rmmod test_klp_callbacks_mod
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo pre_patch mod
callbacks_demo post_patch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo pre_unpatch mod
callbacks_demo post_unpatch vmlinux
callbacks_demo post_unpatch mod
END

test_begins "module_going notifier"
target
demo
rmmod test_klp_callbacks_mod
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo pre_patch mod
callbacks_demo post_patch vmlinux
callbacks_demo post_patch mod
callbacks_demo pre_unpatch mod
callbacks_demo post_unpatch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo post_unpatch vmlinux
END

test_begins "module_coming and module_going notifiers"
demo
target
rmmod test_klp_callbacks_mod
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo pre_patch mod
callbacks_demo post_patch mod
callbacks_demo pre_unpatch mod
callbacks_demo post_unpatch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo post_unpatch vmlinux
END

test_begins "target module not present"
demo
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo pre_unpatch vmlinux
callbacks_demo post_unpatch vmlinux
END

# The load fails by the module's own word: told, undone, what was there stays, and no timer tries again.
test_begins "pre-patch callback -ENODEV"
target
want <<END
- $(p livepatch livepatch)
END
want 4 <<END
- $(p livepatch livepatch)
- $(patch refuses kernel-refuses test_klp_callbacks_demo)
END
json '[.result, .changed]' '["restored",false]'
json_holds '.errors[0].message | contains("ENODEV") or contains("No such device")'
in_force livepatch
assert_gone test_klp_callbacks_demo
callbacks <<END
callbacks_demo pre_patch vmlinux
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.patch, .reason]]' '[["refuses","failed-before"]]'
run 0 klpolicy resume refuses
nothing
rmmod test_klp_callbacks_mod

test_begins "module_coming + pre-patch callback -ENODEV"
demo
echo -19 > /sys/module/test_klp_callbacks_demo/parameters/pre_patch_ret
# Once, where busybox would try again in another way.
answer=$(module-trial "$(ko kernel test_klp_callbacks_mod)" | cut -f 2)
[ "$answer" = ENODEV ] || fail "the target's load: $answer"
assert_gone test_klp_callbacks_mod
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo pre_patch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo post_unpatch vmlinux
END

test_begins "multiple target modules"
busy N
demo
target
rmmod test_klp_callbacks_mod
nothing
rmmod test_klp_callbacks_busy
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo pre_patch busy
callbacks_demo post_patch vmlinux
callbacks_demo post_patch busy
callbacks_demo pre_patch mod
callbacks_demo post_patch mod
callbacks_demo pre_unpatch mod
callbacks_demo post_unpatch mod
callbacks_demo pre_unpatch vmlinux
callbacks_demo pre_unpatch busy
callbacks_demo post_unpatch vmlinux
callbacks_demo post_unpatch busy
END

# It stalls until it is disabled again: by the deadline, here.
test_begins "busy target module"
busy Y
patches lab.yaml "safety: {transition: {deadline: 8s, onStall: revert}}" <<END
- $(p demo callbacks_demo)
END
start stalls klpolicy reconcile lab.yaml -o json
reached stalls in_transition test_klp_callbacks_demo
target
rmmod test_klp_callbacks_mod
finished 4 stalls
json .result restored
json_holds '[.blockers[] | select(.why | contains("busymod_work_func"))] | length > 0'
OUT=$SCRATCH/stdout ERR=$SCRATCH/stderr
assert_gone test_klp_callbacks_demo
in_force
rmmod test_klp_callbacks_busy
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo pre_patch busy
callbacks_demo pre_patch mod
callbacks_demo post_unpatch mod
callbacks_demo post_unpatch vmlinux
callbacks_demo post_unpatch busy
END

test_begins "multiple livepatches with callbacks"
demo
want <<END
- $(p demo callbacks_demo)
- $(p demo2 callbacks_demo2)
END
in_force callbacks_demo callbacks_demo2
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo2 pre_patch vmlinux
callbacks_demo2 post_patch vmlinux
callbacks_demo2 pre_unpatch vmlinux
callbacks_demo2 post_unpatch vmlinux
callbacks_demo pre_unpatch vmlinux
callbacks_demo post_unpatch vmlinux
END

test_begins "atomic replace with callbacks"
demo
want <<END
- $(patch demo2 kernel-replace test_klp_callbacks_demo2 "replace: true")
END
in_force callbacks_demo2
nothing
callbacks <<END
callbacks_demo pre_patch vmlinux
callbacks_demo post_patch vmlinux
callbacks_demo2 pre_patch vmlinux
callbacks_demo2 post_patch vmlinux
callbacks_demo2 pre_unpatch vmlinux
callbacks_demo2 post_unpatch vmlinux
END

# test-state

state() {
  want "${2:-0}" <<END
- $(p state "$1" "replace: true" "version: \"${3:-1}\"")
END
}
level() { cut -f 1 /proc/sys/kernel/printk; }
level=$(level)

test_begins "system state modification"
state state
in_force state
[ "$(level)" = 15 ] || fail "the level is $(level)"
nothing
[ "$(level)" = "$level" ] || fail "the level is $(level), not $level"

test_begins "taking over system state modification"
state state
state state2 0 2
in_force state2
[ "$(level)" = 15 ] || fail "the level is $(level)"
nothing
[ "$(level)" = "$level" ] || fail "the level is $(level), not $level"

test_begins "compatible cumulative livepatches"
state state2
state state3 0 2
in_force state3
state state2
in_force state2
nothing
[ "$(level)" = "$level" ] || fail "the level is $(level), not $level"
callbacks <<END
state pre_patch vmlinux
state post_patch vmlinux
state pre_unpatch vmlinux
state post_unpatch vmlinux
state pre_patch vmlinux
state post_patch vmlinux
state2 pre_patch vmlinux
state2 post_patch vmlinux
state2 pre_unpatch vmlinux
state2 post_unpatch vmlinux
state2 pre_patch vmlinux
state2 post_patch vmlinux
state3 pre_patch vmlinux
state3 post_patch vmlinux
state2 pre_patch vmlinux
state2 post_patch vmlinux
state2 pre_unpatch vmlinux
state2 post_unpatch vmlinux
END

test_begins "incompatible cumulative livepatches"
state state2
state state 4
json .result restored
json_holds '.errors[0].message | contains("klp_state")'
in_force state2
assert_gone test_klp_state
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["failed-before"]'
run 0 klpolicy resume state
nothing
callbacks <<END
state2 pre_patch vmlinux
state2 post_patch vmlinux
state2 pre_unpatch vmlinux
state2 post_unpatch vmlinux
END

# test-ftrace

test_begins "livepatch interaction with ftrace_enabled sysctl"
ftrace=/proc/sys/kernel/ftrace_enabled
echo 0 > $ftrace
patches lab.yaml <<END
- $(p livepatch livepatch)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[].reason]' '["ftrace-disabled"]'
echo 1 > $ftrace
run 0 klpolicy reconcile lab.yaml
shows_both test_klp_livepatch
if (echo 0 > $ftrace) 2> /dev/null; then fail "ftrace was disabled"; fi
shows_both test_klp_livepatch
nothing

# test-sysfs

# seen MODULE: what klpolicy reads there, beside what the kernel shows.
seen() {
  run 0 klpolicy snapshot
  json ".live.patches[] | select(.module == \"test_klp_$1\") | $2" "$3"
}
has() {
  path=/sys/kernel/livepatch/test_klp_$1
  [ "$(stat -c %A "$path")" = "$2" ] || fail "$path is $(stat -c %A "$path")"
  [ -z "${3:-}" ] || [ "$(cat "$path")" = "$3" ] || fail "$path says $(cat "$path")"
}

test_begins "sysfs test"
want <<END
- $(p livepatch livepatch)
END
has livepatch drwxr-xr-x
has livepatch/enabled -rw-r--r-- 1
has livepatch/force --w-------
has livepatch/transition -r--r--r-- 0
has livepatch/vmlinux/patched -r--r--r-- 1
seen livepatch '[.state, .objects[0].name, .objects[0].patched]' '["applied","vmlinux",true]'
nothing

test_begins "sysfs test object/patched"
demo
patched='[.objects[] | select(.name == "test_klp_callbacks_mod") | .patched]'
has callbacks_demo/test_klp_callbacks_mod/patched -r--r--r-- 0
seen callbacks_demo "$patched" '[false]'
target
has callbacks_demo/test_klp_callbacks_mod/patched -r--r--r-- 1
seen callbacks_demo "$patched" '[true]'
run 0 klpolicy status lab.yaml -o json
json '[.patches[].unpatched // []] | add' '[]'
rmmod test_klp_callbacks_mod
seen callbacks_demo "$patched" '[false]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
nothing

for replaces in true false; do
  test_begins "sysfs test replace $replaces"
  case $replaces in true) build=kernel-replace number=1 ;; false) build=kernel number=0 ;; esac
  want <<END
- $(patch meminfo $build test_klp_atomic_replace "replace: $replaces")
END
  case $(release) in
    # It does not show it yet.
    6.1.*) seen atomic_replace .replace null ;;
    *)
      seen atomic_replace .replace $replaces
      has atomic_replace/replace -r--r--r-- $number ;;
  esac
  nothing
done

# test-syscall

test_begins "patch getpid syscall while being heavily hammered"
cp "$MODULES/kernel/call_getpid" "$SCRATCH/call_getpid"
chmod 755 "$SCRATCH/call_getpid"
hammers=
for n in 1 2; do
  "$SCRATCH/call_getpid" > /dev/null &
  hammers="$hammers $!"
done
want <<END
- $(p syscall syscall)
END
in_force syscall
nothing
kill $hammers

echo "$tests of the kernel's own tests"
