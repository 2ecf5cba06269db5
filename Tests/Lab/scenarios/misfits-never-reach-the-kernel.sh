# title: a module that does not fit is blocked with its reason, and never shown to the kernel
# boot: own
# cmdline: module_blacklist=klp_barred
. "$LAB_LIBRARY"
TRACING=/sys/kernel/tracing

# Whoever loads a module from now on is seen.
echo 1 > $TRACING/events/syscalls/sys_enter_finit_module/enable
echo 1 > $TRACING/events/syscalls/sys_enter_init_module/enable

# Our tracer sees: a module that the kernel refuses leaves a line.
insmod "$MODULES/variants/function-missing.ko" 2> /dev/null && fail "that one loads"
grep -q init_module $TRACING/trace || fail "the tracer sees no load"
echo > $TRACING/trace
kernel_log > /dev/null

# misfit VARIANT MODULE REASON: plan and reconcile block it for this, and nothing else happens.
misfit() {
  file=$MODULES/variants/$1.ko
  patches lab.yaml <<END
- {name: fix, module: $2, file: $file, version: "1", replace: false, sha256: "$(sha256 "$file")"}
END
  run 5 klpolicy plan lab.yaml -o json
  json '[.blocked[] | [.patch, .reason]]' "[[\"fix\",\"$3\"]]"
  json '[.steps, .changed]' '[[],false]'
  assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
  json '[.result, .changed]' '["blocked",false]'
  json '[.blocked[] | [.patch, .reason]]' "[[\"fix\",\"$3\"]]"
  LAB_STEP="nobody loads $1"
  grep init_module $TRACING/trace && fail "$1 was shown to the kernel"
  [ -z "$(kernel_log)" ] || fail "the kernel speaks of $1"
}

misfit flavour-flags klp_cmdline incompatible-vermagic
misfit other-release klp_cmdline incompatible-vermagic
misfit crc-of-module-layout klp_cmdline incompatible-symbol
misfit crc-of-a-symbol klp_cmdline incompatible-symbol
misfit symbol-missing klp_cmdline incompatible-symbol
misfit function-missing klp_cmdline function-not-patchable
misfit function-ambiguous klp_cmdline function-not-patchable
misfit function-untraceable klp_cmdline function-not-patchable
misfit signature-with-a-byte-set klp_cmdline signature-invalid
misfit needs-a-module-that-is-absent klp_taker depends-missing
insmod "$(ko v lab_probe)" post=1
echo > $TRACING/trace
misfit kprobe-in-the-way klp_version function-conflict
