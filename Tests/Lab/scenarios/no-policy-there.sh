# title: a folder without a policy, or a path that is not there, is an error that says so
. "$LAB_LIBRARY"

mkdir empty other
echo "no policy" > other/README.md
for command in validate plan reconcile; do
  run 65 klpolicy $command "$POLICIES/empty"
  assert_contains "$(everything_said)" empty
  run 65 klpolicy $command "$POLICIES/other"
  assert_contains "$(everything_said)" other
  run 65 klpolicy $command "$POLICIES/missing.yaml"
  assert_contains "$(everything_said)" missing.yaml
done
[ ! -e /var/lib/klpolicy ] || fail "something was written"
