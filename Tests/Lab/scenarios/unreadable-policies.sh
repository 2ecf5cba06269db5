# title: a policy that is empty, binary or enormous gets one clear message and exit 65
. "$LAB_LIBRARY"

policy empty.yaml < /dev/null
head -c 4096 /dev/urandom | policy binary.yaml
head -c 4096 /bin/busybox | policy program.yaml
yes "# a comment that goes on and on" | head -c 1000000 > "$SCRATCH/comments"
for megabyte in $(seq 20); do cat "$SCRATCH/comments"; done | policy long.yaml
policy holes.yaml < /dev/null
truncate -s 100M holes.yaml

for file in empty binary program long holes; do
  for command in validate plan reconcile; do
    run 65 klpolicy $command $file.yaml
    assert_contains "$(everything_said)" $file.yaml
    lines=$(wc -l < "$ERR")
    [ "$lines" -lt 20 ] || fail "$command $file.yaml takes $lines lines to say so"
  done
done
[ ! -e /var/lib/klpolicy ] || fail "something was written"
