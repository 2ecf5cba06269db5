# title: the lab's odd modules are odd in the way that scenarios count on
# program: none
. "$LAB_LIBRARY"

run 19 insmod "$(ko a klp_fails)" # ENODEV
assert_gone klp_fails
run 8 insmod "$(ko other klp_cmdline)" # ENOEXEC
assert_gone klp_cmdline

run 0 insmod "$(ko a klp_silent)"
assert_loaded klp_silent
[ ! -e /sys/kernel/livepatch/klp_silent ] || fail "klp_silent enabled something"
run 0 insmod "$(ko a lab_plain)"
assert_loaded lab_plain
