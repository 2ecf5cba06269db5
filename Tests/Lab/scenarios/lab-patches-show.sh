# title: the lab's own live patches load and show what they change
# program: none
. "$LAB_LIBRARY"

for build in a b; do
  foreign $build klp_cmdline
  assert_shows /proc/cmdline "klp_cmdline build $build"
  disable klp_cmdline
  assert_loaded klp_cmdline
  assert_unpatched /proc/cmdline
  await 10 rmmod klp_cmdline
done

foreign a klp_cmdline
foreign a klp_cmdline_v2
assert_shows /proc/cmdline "klp_cmdline_v2 build a"
foreign a klp_version
assert_shows /proc/version "klp_version build a"
foreign a klp_foreign
assert_shows /proc/loadavg "klp_foreign build a"

foreign a klp_all
assert_shows /proc/cmdline "klp_all build a"
assert_unpatched /proc/version /proc/loadavg
assert_loaded klp_cmdline klp_cmdline_v2 klp_version klp_foreign
! applied klp_cmdline || fail "klp_cmdline survived klp_all"

[ "$(od -An -tx1 -v /sys/module/klp_all/notes/.note.gnu.build-id)" ] || fail "no build ID"
cmp -s "$(ko a klp_cmdline)" "$(ko b klp_cmdline)" && fail "both builds are the same"
exit 0
