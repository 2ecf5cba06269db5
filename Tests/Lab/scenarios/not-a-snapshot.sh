# title: a snapshot that is none gets one clear message and exit 65
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy snapshot -o json
head -c 200 "$OUT" > torn.json
: > empty.json
echo "hello" > text.json
echo "[]" > list.json
echo '{"apiVersion": "klpolicy/v1", "kind": "Plan"}' > plan.json
echo '{"apiVersion": "klpolicy/v1", "kind": "HostSnapshot"}' > bare.json
head -c 4096 /dev/urandom > binary.json
for file in torn empty text list plan bare binary missing; do
  run 65 klpolicy plan lab.yaml --host $file.json
  assert_contains "$(everything_said)" $file.json
done
