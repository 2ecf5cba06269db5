# title: figures of runs that find nothing to do
# boot: own
# limit: 1200
# prints: always
. "$LAB_LIBRARY"
turns=$(at_length 20 40)
# As a host has it: without its cache every library is looked for in a dozen folders.
ldconfig

# figures NAME: what the commands in the file take, in turn. kpatch comes last, where it is there.
figures() {
  [ ! -e /usr/bin/kpatch ] || echo "kpatch list" >> commands
  echo "figures $1 $(wc -l < commands)"
  measure "$turns" commands
}

patches d/lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile d
assert_applied klp_cmdline
run 0 klpolicy reconcile d -o json
json .result converged
cat > commands <<END
klpolicy reconcile d
klpolicy status d
klpolicy plan d
klpolicy --version
empty
true
END
if [ -e /usr/bin/kpatch ]; then
  run 0 kpatch list
  assert_contains "$OUT" "klp_cmdline [enabled]"
fi
figures converged

# More and more live patches, each on the one before.
turns=$((turns / 4))
for count in 1 2 4 8 16 32; do
  {
    n=0
    while [ $n -lt $count ]; do
      file=/usr/bin/klp_n$n.ko
      echo "- {name: n$n, module: klp_n$n, file: $file, sha256: \"$(sha256 $file)\", version: \"1\"," \
        "replace: false, requires: [$([ $n = 0 ] || echo n$((n - 1)))]}"
      n=$((n + 1))
    done
  } | patches d/lab.yaml
  run 0 klpolicy reconcile d
  run 0 klpolicy reconcile d -o json
  json .result converged
  assert_applied klp_n$((count - 1))
  echo "klpolicy reconcile d" > commands
  figures "loaded-$count"
done
