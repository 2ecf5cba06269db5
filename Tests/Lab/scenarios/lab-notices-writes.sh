# title: the fingerprint that proves "zero writes" notices a write
# program: none
. "$LAB_LIBRARY"

fingerprint "$SCRATCH/one"
fingerprint "$SCRATCH/two"
assert_same "an idle host" "$SCRATCH/one" "$SCRATCH/two"
touch /etc/hostname
fingerprint "$SCRATCH/three"
! cmp -s "$SCRATCH/two" "$SCRATCH/three" || fail "a touch went unnoticed"
foreign a klp_cmdline
fingerprint "$SCRATCH/four"
grep -q klp_cmdline "$SCRATCH/four" || fail "a load went unnoticed"

as_nobody 0 id -un
assert_contains "$OUT" nobody
[ "$(stat -c '%U %a' "$POLICIES")" = "root 755" ] || fail "the policies' folder is not root's"
