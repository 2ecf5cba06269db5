# title: converged runs, one after the other, and an agent's looks write nothing: no file, no journal, no copy; and neither memory nor descriptors grow
# briefly: 6.1
# limit: 300
# prints: always
. "$LAB_LIBRARY"

patches d/lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version "requires: [cmdline]")
END
run 0 klpolicy reconcile d
runs=$(at_length 40 200)

open_files() { cut -f 1 /proc/sys/fs/file-nr; }
memory() { awk '/^(Slab|Shmem|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo; }
size() { du -s -k "$1" | cut -f 1; }
# grows WHAT BEFORE AFTER MARGIN
grows() {
  echo "$1: $2, then $3"
  [ "$3" -le $(($2 + $4)) ] || fail "$1 grows: $2, then $3"
}

# peak: a run that finds nothing to do; the most memory that it had at once.
peak() {
  run 0 time -v klpolicy reconcile d --detailed-exitcode
  sed -n 's/.*Maximum resident set size (kbytes): //p' "$ERR"
}
run 0 klpolicy reconcile d
first=$(peak)
fingerprint "$SCRATCH/before"
files=$(open_files) memory=$(memory) journal=$(wc -c < /var/lib/klpolicy/journal.ndjson)
store=$(size /var/lib/klpolicy/store)
n=0
while [ $n -lt $runs ]; do
  run 0 klpolicy reconcile d --detailed-exitcode
  n=$((n + 1))
done
fingerprint "$SCRATCH/after"
assert_same "the host, by $runs converged runs," "$SCRATCH/before" "$SCRATCH/after"
echo "$runs converged runs"
grows "open files" "$files" "$(open_files)" 64
grows "kernel memory, KiB" "$memory" "$(memory)" 8192
# Pages of files that happen to be in memory count too, a few MiB more or less.
grows "memory of a run, KiB" "$first" "$(peak)" 8192
grows "bytes of the journal" "$journal" "$(wc -c < /var/lib/klpolicy/journal.ndjson)" 0
grows "store, KiB" "$store" "$(size /var/lib/klpolicy/store)" 0

# An agent that runs for months does no worse: what it has after a few looks it has after many.
mkdir -p /etc/klpolicy
echo "agent: {source: {directory: $POLICIES/d}, interval: 1h}" > /etc/klpolicy/config.yaml
start agent klpolicy agent
reached agent test -s /run/klpolicy/agent.json
looked() { [ "$(stat -c '%i %y' /run/klpolicy/agent.json)" != "$1" ]; }
looks() {
  n=0
  while [ $n -lt "$1" ]; do
    last=$(stat -c '%i %y' /run/klpolicy/agent.json)
    kill -USR1 "$(pid agent)"
    reached agent looked "$last"
    n=$((n + 1))
  done
}
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$(pid agent)/status"; }
descriptors() { ls "/proc/$(pid agent)/fd" | wc -l; }
looks 10
fingerprint "$SCRATCH/before"
resident=$(resident) descriptors=$(descriptors)
looks "$runs"
fingerprint "$SCRATCH/after"
grep -v ' /run/klpolicy\|^/run/klpolicy' "$SCRATCH/before" > "$SCRATCH/before.kept"
grep -v ' /run/klpolicy\|^/run/klpolicy' "$SCRATCH/after" > "$SCRATCH/after.kept"
assert_same "the host, by $runs looks," "$SCRATCH/before.kept" "$SCRATCH/after.kept"
echo "$runs looks of the agent"
grows "memory of the agent, KiB" "$resident" "$(resident)" 1024
grows "descriptors of the agent" "$descriptors" "$(descriptors)" 0
kill -TERM "$(pid agent)"
finished 0 agent
