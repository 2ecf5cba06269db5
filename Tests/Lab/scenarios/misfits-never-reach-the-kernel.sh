# title: what does not fit, or is not what the policy pins, is never shown to the kernel
# boot: own
# limit: 240
. "$LAB_LIBRARY"
TRACING=/sys/kernel/tracing

# Whoever loads a module from now on is seen.
echo 1 > $TRACING/events/syscalls/sys_enter_finit_module/enable
echo 1 > $TRACING/events/syscalls/sys_enter_init_module/enable
shown() { grep -c init_module $TRACING/trace || true; }

# Our tracer sees: a module that the kernel refuses leaves a line.
insmod "$MODULES/variants/function-missing.ko" 2> /dev/null && fail "that one loads"
[ "$(shown)" != 0 ] || fail "the tracer sees no load"
echo > $TRACING/trace
kernel_log > /dev/null

# misfit VARIANT MODULE REASON: a policy of its own for a module that is to be blocked for this.
misfit() {
  file=$MODULES/variants/$1.ko
  patches "$1.yaml" <<END
- {name: fix, module: $2, file: $file, version: "1", replace: false, sha256: "$(sha256 "$file")"}
END
  echo "$1 $3" >> "$SCRATCH/misfits"
}

# none_is_shown: each of the misfits is blocked for its reason, nothing is written, and nobody loads it.
none_is_shown() {
  fingerprint "$SCRATCH/before"
  while read -r variant reason; do
    run 5 klpolicy reconcile "$variant.yaml" -o json
    json '[.result, .changed, .steps, (.blocked | map(.patch) | unique)]' \
      '["blocked",false,[],["fix"]]'
    json_holds ".blocked | any(.reason == \"$reason\")"
    [ "$(shown)" = 0 ] || fail "$variant was shown to the kernel"
  done < "$SCRATCH/misfits"
  fingerprint "$SCRATCH/after"
  assert_same "the host" "$SCRATCH/before" "$SCRATCH/after"
  [ -z "$(kernel_log)" ] || fail "the kernel speaks of one of them"
  rm "$SCRATCH/misfits"
}

misfit flavour-flags klp_cmdline incompatible-vermagic
misfit crc-of-module-layout klp_cmdline incompatible-symbol
misfit symbol-missing klp_cmdline incompatible-symbol
misfit exports-what-the-kernel-exports klp_exports incompatible-symbol
misfit namespace-of-the-kernel-not-imported klp_spaced incompatible-symbol
misfit function-missing klp_cmdline function-not-patchable
misfit function-untraceable klp_cmdline function-not-patchable
misfit no-new-function klp_no_new function-not-patchable
misfit signature-with-a-byte-set klp_cmdline signature-invalid
misfit needs-a-module-that-is-absent klp_taker depends-missing
misfit half klp_cmdline not-a-module

# What the policy pins is one file: a sound module that is another one is none of its business.
cp "$(ko b klp_cmdline)" "$POLICIES/swapped.ko"
patches swapped.yaml <<END
- $(patch fix a klp_cmdline "file: $POLICIES/swapped.ko" | sed "s|file: $MODULES[^,]*, ||")
END
echo "swapped digest-mismatch" >> "$SCRATCH/misfits"
none_is_shown

insmod "$(ko v lab_probe)" post=1
echo > $TRACING/trace
misfit kprobe-in-the-way klp_version function-conflict
none_is_shown
rmmod lab_probe

# Somebody exchanges the file when it has been looked at, before it is loaded: what is loaded is what
# the policy pins, or nothing.
cp "$(ko a klp_version)" "$POLICIES/swapped.ko"
gate swap <<END
#!/bin/sh
cat $(ko b klp_version) > $POLICIES/swapped.ko
END
patches swapped.yaml "safety: {gates: {commands: [{run: [$POLICIES/swap], timeout: 10s}]}}" <<END
- $(patch fix a klp_version "file: $POLICIES/swapped.ko" | sed "s|file: $MODULES[^,]*, ||")
END
echo > $TRACING/trace
run "0|4|5" klpolicy reconcile swapped.yaml -o json
cmp -s "$(ko b klp_version)" swapped.ko || fail "nobody exchanged the file"
if [ $code = 0 ]; then
  assert_shows /proc/version "klp_version build a"
  disable klp_version
  await 20 rmmod klp_version
else
  assert_unpatched /proc/version
  [ "$(shown)" = 0 ] || fail "it was shown to the kernel"
fi

# What fits is shown once, by klpolicy, with nothing for the kernel to be lenient about.
patches lab.yaml <<END
- $(patch fix a klp_version)
END
echo > $TRACING/trace
run 0 klpolicy reconcile lab.yaml
assert_applied klp_version
[ "$(shown)" = 1 ] || fail "it was not shown once: $(grep init_module $TRACING/trace)"
grep -q 'klpolicy-.* sys_finit_module(.*flags: 0)' $TRACING/trace ||
  fail "not as it is to be: $(grep init_module $TRACING/trace)"
