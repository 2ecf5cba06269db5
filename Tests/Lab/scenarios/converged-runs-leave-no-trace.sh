# title: converged runs, one after the other, write nothing: no file, no journal, no copy, no descriptor that stays open
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
END
run 0 klpolicy reconcile lab.yaml
runs=$(at_length 40 200)

open_files() { cut -f 1 /proc/sys/fs/file-nr; }
memory() { awk '/^(Slab|Shmem|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo; }
run 0 klpolicy reconcile lab.yaml
fingerprint "$SCRATCH/before"
files=$(open_files) memory=$(memory)
n=0
while [ $n -lt $runs ]; do
  run 0 klpolicy reconcile lab.yaml --detailed-exitcode
  n=$((n + 1))
done
fingerprint "$SCRATCH/after"
assert_same "the host, by $runs converged runs," "$SCRATCH/before" "$SCRATCH/after"
echo "open files $files, then $(open_files); kernel memory $memory KiB, then $(memory) KiB"
[ "$(open_files)" -le $((files + 64)) ] || fail "files stay open: $files, then $(open_files)"
[ "$(memory)" -le $((memory + 8192)) ] || fail "memory grows: $memory KiB, then $(memory) KiB"
