# title: the units restore patches before the network, wait for windows, and a build that ended a boot stays off
# limit: 1800
. "$LAB_LIBRARY"
equip
install_package
guest 'mkdir -p /var/lib/prometheus/node-exporter'

# A fresh host: nothing to do is no failure, and no run is started by the installation.
guest 'systemctl is-enabled klpolicy-boot.service klpolicy-shutdown.service'
guest_fails '1|3' 'systemctl is-enabled --quiet klpolicy.timer'
guest 'systemctl start klpolicy.service klpolicy-boot.service'
guest 'test ! -e /var/lib/klpolicy/journal.ndjson && klpolicy snapshot > /dev/null'

# The timer's service does what the policies say within a window, in its sandbox, and tells the metrics.
in_guest <<'END'
adjtimex --status 0 --maxerror 0
patches lab.yaml 'maintenance: {windows: [{name: always, start: "00:00", duration: 24h}]}' <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
run 0 systemctl start klpolicy.service
assert_applied klp_cmdline
assert_contains /var/lib/prometheus/node-exporter/klpolicy.prom klpolicy_converged
# So does the metrics' own unit, in its own sandbox.
grep '^klpolicy_[a-z_]*{.*module=\|^klpolicy_converged' /var/lib/prometheus/node-exporter/klpolicy.prom |
  sort > /srv/metrics
[ -s /srv/metrics ] || fail "$(cat /var/lib/prometheus/node-exporter/klpolicy.prom)"
rm /var/lib/prometheus/node-exporter/klpolicy.prom
run 0 systemctl start klpolicy-metrics.service
grep '^klpolicy_[a-z_]*{.*module=\|^klpolicy_converged' /var/lib/prometheus/node-exporter/klpolicy.prom |
  sort > "$OUT"
cmp -s /srv/metrics "$OUT" || fail "$(cat /srv/metrics "$OUT")"
# In no sandbox is there less of the host to be seen.
for unit in klpolicy.service klpolicy-agent.service klpolicy-boot.service klpolicy-metrics.service; do
  sed -n '/^CapabilityBoundingSet=/,/^\[/p' "/lib/systemd/system/$unit" | grep '^[A-Z]' |
    sed "s/.*/-p '&'/" > "$SCRATCH/sandbox"
  eval systemd-run -q --pipe --wait $(cat "$SCRATCH/sandbox") klpolicy snapshot > "$OUT" ||
    fail "no snapshot in the sandbox of $unit"
  json '[.unobserved, .host.clockSynchronised]' '[[],true]'
done
# The journal has it by its fields, and once.
journalctl -q -o json KLPOLICY_PATCH=cmdline | jq -rs '.[] | select(.KLPOLICY_STATUS == "done") |
  [.KLPOLICY_STEP, .KLPOLICY_MODULE, .KLPOLICY_REASON, ._SYSTEMD_UNIT] | join(" ")' > "$OUT"
printf '%s klp_cmdline not-loaded klpolicy.service\n' load await | cmp -s - "$OUT" || fail "$(cat "$OUT")"
for unit in klpolicy.service klpolicy-boot.service; do
  systemd-analyze security "$unit" | tail -n 1
done

# Outside its window a run changes nothing, is no failure, and the metric says why.
day=$(date -u -d 'now + 3 days' +%a)
patches later.yaml "maintenance: {windows: [{name: w, days: [$day], start: \"10:00\", duration: 1h}]}" <<ITEMS
- $(patch version a klp_version)
ITEMS
run 0 systemctl start klpolicy.service
assert_gone klp_version
grep -q '^klpolicy_deferred.*reason="outside-window".* 1$' /var/lib/prometheus/node-exporter/klpolicy.prom ||
  fail "$(grep deferred /var/lib/prometheus/node-exporter/klpolicy.prom)"
run 0 systemctl start klpolicy.timer
run 0 systemctl is-active klpolicy.timer
END

# In order: it is marked, so that the build on probation is not to blame, and it is back early.
reboot
await 60 guest systemctl is-active --quiet klpolicy-boot.service ssh.service
in_guest <<'END'
assert_applied klp_cmdline
assert_gone klp_version
at() { systemctl show --value -p "$2" "$1"; }
restored=$(at klpolicy-boot.service ActiveEnterTimestampMonotonic)
network=$(at systemd-networkd.service InactiveExitTimestampMonotonic)
[ "$restored" -gt 0 ] && [ "$restored" -lt "$network" ] ||
  fail "restored at $restored us, and the network began at $network us"
echo "restored $restored us after the start, the network began at $network us"
run 0 klpolicy reconcile
END

reboot klpolicy=off
in_guest <<'END'
assert_gone klp_cmdline
await 30 systemctl is-failed klpolicy-boot.service
journalctl -b -u klpolicy-boot.service > "$SCRATCH/said"
assert_contains "$SCRATCH/said" disabled-by-command-line
END

# The power fails while a transition is on: from then on nobody loads that build.
# (What is on probation besides would be to blame too.)
reboot
in_guest <<'END'
assert_applied klp_cmdline
patches lab.yaml "safety: {probation: 1s}" <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
disable klp_cmdline
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
insmod "$(ko a lab_target)"
hold first
patches stall.yaml "safety: {transition: {deadline: 5m}}" <<ITEMS
- $(patch stall a klp_stall)
ITEMS
run 0 systemctl start --no-block klpolicy.service
await 60 in_transition klp_stall
# What klpolicy wrote is on the disk by then; what others wrote may come back empty.
sync
END
cut_power
power_on
in_guest <<'END'
await 60 systemctl is-failed klpolicy-boot.service
journalctl -b -u klpolicy-boot.service > "$SCRATCH/said"
assert_contains "$SCRATCH/said" crash-guard
assert_applied klp_cmdline
assert_gone klp_stall
insmod "$(ko a lab_target)"
run 1 systemctl start klpolicy.service
assert_gone klp_stall
run 5 klpolicy plan -o json
json '[.blocked[] | [.patch, .reason]]' '[["stall","crash-guard"]]'
run 0 klpolicy resume stall

# The agent does the same in its sandbox, goes on, and reads its configuration again when it is told.
run 0 systemctl enable -q --now klpolicy-agent.service
await 60 applied klp_stall
mkdir -p /srv/policies
mv stall.yaml lab.yaml /srv/policies
echo 'agent: {source: {directory: /srv/policies}, interval: 1h}' > /etc/klpolicy/config.yaml
run 0 systemctl reload klpolicy-agent.service
echo 'spec: {' > /srv/policies/stall.yaml
await 60 sh -c 'journalctl -u klpolicy-agent.service | grep -q /srv/policies/stall.yaml'
assert_applied klp_stall klp_cmdline
run 0 systemctl stop klpolicy-agent.service
assert_applied klp_stall klp_cmdline
# What follows goes by the directory that there is without an agent.
echo 'labels: {}' > /etc/klpolicy/config.yaml
rm later.yaml
END

# A shutdown that is called off, after it was marked as an end in order, excuses nothing.
in_guest <<'END'
patches lab.yaml "safety: {probation: 10h}" <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
sync
disable klp_cmdline
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
cat > /run/systemd/system/lab-delay.service <<UNIT
[Unit]
DefaultDependencies=no
Conflicts=shutdown.target
Before=shutdown.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true
ExecStop=/bin/sleep 300
UNIT
cat > "$SCRATCH/calls-off" <<CALL
systemctl poweroff
until tail -n 1 /var/lib/klpolicy/journal.ndjson | grep -q '"event":"shutdown"'; do sleep 0.2; done
systemctl cancel
systemctl --no-block default
CALL
systemctl daemon-reload
run 0 systemctl start lab-delay.service
run 0 systemd-run -q -p DefaultDependencies=no -p IgnoreOnIsolate=yes sh "$SCRATCH/calls-off"
END
await 120 guest "tail -n 1 /var/lib/klpolicy/journal.ndjson | grep '\"event\":\"running\"'"
guest 'systemctl is-active klpolicy-shutdown.service'
cut_power
power_on
in_guest <<'END'
await 60 systemctl is-failed klpolicy-boot.service
assert_gone klp_cmdline
run 5 klpolicy plan -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","crash-guard"]]'
END

# A reboot out of emergency mode is one in order: what was on probation is not blamed for it.
in_guest <<'END'
run 0 klpolicy resume cmdline
run 0 klpolicy reconcile
assert_applied klp_cmdline
cat > "$SCRATCH/emergency" <<CALL
systemctl isolate emergency.target
until systemctl -q is-active emergency.target; do sleep 0.2; done
touch /var/lib/klpolicy-was-in-emergency
systemctl is-active klpolicy-shutdown.service >> /var/lib/klpolicy-was-in-emergency
sleep 2
systemctl reboot
CALL
run 0 systemd-run -q -p DefaultDependencies=no -p IgnoreOnIsolate=yes sh "$SCRATCH/emergency"
END
await 300 guest_is_off
power_on
in_guest <<'END'
assert_contains /var/lib/klpolicy-was-in-emergency active
assert_applied klp_cmdline
assert_contains /var/lib/klpolicy/journal.ndjson '"event":"shutdown"'
run 0 klpolicy plan --detailed-exitcode
END
