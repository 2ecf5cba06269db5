# title: a transition stalls for as long as the lab likes, in both directions
# briefly: 6.1
# program: none
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
text=/sys/module/lab_target/parameters/text

# A load stalls, and ends when the thread comes out.
hold first
insmod "$(ko a klp_stall)"
sleep 3
in_transition klp_stall || fail "the load did not stall"
let_go first
await 20 applied klp_stall
assert_shows $text "klp_stall build a"

# A disable stalls, and can be reversed.
hold first
echo 0 > /sys/kernel/livepatch/klp_stall/enabled
sleep 3
in_transition klp_stall || fail "the disable did not stall"
echo 1 > /sys/kernel/livepatch/klp_stall/enabled
await 20 applied klp_stall
let_go first
disable klp_stall
await 10 rmmod klp_stall

# One thread in the old function and one in the new: neither direction completes.
hold first
insmod "$(ko a klp_stall)"
sleep 2
hold second
echo 0 > /sys/kernel/livepatch/klp_stall/enabled
sleep 3
in_transition klp_stall || fail "the reversal did not stall"
let_go second
await 20 test ! -e /sys/kernel/livepatch/klp_stall
let_go first
await 10 rmmod klp_stall

# While a cumulative patch stalls, the one that it takes off looks applied.
foreign a klp_cmdline
hold first
insmod "$(ko a klp_stall_all)"
sleep 2
in_transition klp_stall_all || fail "the replacement did not stall"
assert_applied klp_cmdline
let_go first
await 20 applied klp_stall_all
await 20 test ! -e /sys/kernel/livepatch/klp_cmdline
