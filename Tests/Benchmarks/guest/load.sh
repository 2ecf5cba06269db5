# title: figures of a load, to where it is applied
# boot: own
# limit: 1200
# prints: always
. "$LAB_LIBRARY"
turns=$(at_length 12 40)
ldconfig

patches d/lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
# The kernel tries a transition that is not over again at full seconds of its own clock. So each turn
# begins at another part of the second, for both alike.
gate begin <<END
#!/bin/sh
[ ! -e /sys/kernel/livepatch/klp_cmdline ] || echo 0 > /sys/kernel/livepatch/klp_cmdline/enabled
while [ -e /sys/kernel/livepatch/klp_cmdline ]; do usleep 10000; done
rmmod klp_cmdline 2>/dev/null
rm -rf /var/lib/klpolicy /run/klpolicy
due=\$((TURN * 1000 / $turns % 1000))
now=\$(sed 's/^\([0-9]*\)\.\([0-9]*\) .*/\1\20/; s/.*\(...\)$/1\1/' /proc/uptime)
usleep \$(((due - now + 2000) % 1000 * 1000))
END
printf './begin\tklpolicy reconcile d\n./begin\tapplied %s klp_cmdline\n' "$(ko a klp_cmdline)" > commands
echo "figures load $(wc -l < commands)"
measure "$turns" commands
