# title: where the store cannot be written, nothing is loaded and the disk is named
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline b klp_cmdline)
END
mkdir -p /var/lib/klpolicy
mount -t tmpfs -o size=64k,mode=700 full /var/lib/klpolicy
dd if=/dev/zero of=/var/lib/klpolicy/ballast bs=4k count=14 2>/dev/null
run "1|4" klpolicy reconcile lab.yaml
assert_contains "$(everything_said)" /var/lib/klpolicy
assert_gone klp_cmdline
assert_unpatched /proc/cmdline

# With room again it works, whatever the first run left.
umount /var/lib/klpolicy
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
