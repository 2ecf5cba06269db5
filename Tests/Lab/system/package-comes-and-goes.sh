# title: the package installs, is upgraded and removed, and never takes a fix or its records away
# limit: 1800
. "$LAB_LIBRARY"
equip
install_package

guest 'klpolicy validate --help > /dev/null && test -s /usr/share/bash-completion/completions/klpolicy'
in_guest <<'END'
patches lab.yaml <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
run 0 klpolicy reconcile
systemctl enable -q --now klpolicy.timer
echo 'labels: {ring: canary}' > /etc/klpolicy/config.yaml
END

# A newer version: the configuration stays, and so do the timer, the marks and the patches.
mkdir newer
dpkg-deb -R "$PACKAGE" newer/tree
sed -i 's/^Version: .*/&+lab1/' newer/tree/DEBIAN/control
echo '# A new comment.' >> newer/tree/etc/klpolicy/config.yaml
dpkg-deb -b --root-owner-group newer/tree newer/klpolicy_newer.deb > /dev/null
copy newer/klpolicy_newer.deb /lab/packages
guest 'systemctl show -p ActiveEnterTimestampMonotonic klpolicy-shutdown.service' > before
guest 'DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i /lab/packages/klpolicy_newer.deb' > /dev/null
guest 'systemctl show -p ActiveEnterTimestampMonotonic klpolicy-shutdown.service' > after
cmp before after || fail "the upgrade restarted klpolicy-shutdown.service"
in_guest <<'END'
assert_applied klp_cmdline
assert_contains /etc/klpolicy/config.yaml "ring: canary"
run 0 systemctl is-active klpolicy.timer
! grep -q '"event":"shutdown"' /var/lib/klpolicy/journal.ndjson || fail "the upgrade marked a shutdown"
END

# Removed: nothing of it runs any more, the patch stays in force, and the records are kept.
guest 'DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 remove klpolicy' > /dev/null
in_guest <<'END'
assert_applied klp_cmdline
[ ! -e /usr/sbin/klpolicy ] || fail "the program is still there"
! systemctl is-active -q klpolicy.timer || fail "the timer still runs"
[ -e /var/lib/klpolicy/journal.ndjson ] && [ -e /etc/klpolicy/policies.d/lab.yaml ] || fail "records went"
! grep -q '"event":"shutdown"' /var/lib/klpolicy/journal.ndjson || fail "the removal marked a shutdown"
END

# Purged with a live patch in force, its records stay; purged without, they go. Policies stay.
guest 'dpkg --purge klpolicy' > "$SCRATCH/purged" 2>&1
grep -q '/var/lib/klpolicy stays' "$SCRATCH/purged" || fail "$(cat "$SCRATCH/purged")"
guest 'test -e /var/lib/klpolicy/journal.ndjson && test ! -e /etc/klpolicy/config.yaml'
in_guest <<'END'
[ -e /etc/klpolicy/policies.d/lab.yaml ] || fail "a policy went with the package"
disable klp_cmdline
rmmod klp_cmdline
END
install_package
guest 'dpkg --purge klpolicy' > /dev/null
guest 'test ! -e /var/lib/klpolicy && test -e /etc/klpolicy/policies.d/lab.yaml'
