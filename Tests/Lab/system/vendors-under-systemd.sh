# title: package managers work under the units with their drop-in and are never stopped in the middle, and a token that is a credential shows nowhere
# limit: 2400
# packages: vendors
. "$LAB_LIBRARY"
equip
install_package
copy "$RPMS" /lab
copy "$(dirname "$LAB_LIBRARY")/../../VendorServicesTests/canonical-livepatch" /lab

# What the scripts below have in common.
cat > "$SCRATCH/words" <<'END'
examples=/usr/share/doc/klpolicy/examples/vendor-packages
redHat=kpatch-patch-$(release | tr . _)
suse=kernel-livepatch-$(release | tr . _)

# wants SERVICE WORDS: a policy that asks for this.
wants() {
  policy lab.yaml <<POLICY
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: vendors}
spec:
  services:
    - $1: {$2}
POLICY
}

# starts STATUS: the unit does its work and ends so; what it said since the last time is in $SCRATCH/said.
starts() {
  run "$1" systemctl start klpolicy.service
  hear
}
hear() { journalctl -q -o cat -u klpolicy.service --cursor-file=/lab/cursor > "$SCRATCH/said"; }
says() { assert_contains "$SCRATCH/said" "$@"; }

installed() {
  LAB_STEP="installed is $*"
  found=$(rpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n' 'kpatch-patch*' 'kernel-livepatch*')
  [ "$found" = "$*" ] || fail "rpm has '$found', where '$*' is due: $(cat "$SCRATCH/said")"
}

# begins UNIT PATTERN: the unit's run gets into the transaction of a package manager, behind the download.
begins() {
  run 0 systemctl start --no-block "$1"
  await 600 begun_or_over "$1" "$2"
  in_transaction "$2" || { hear; fail "it never began: $(cat "$SCRATCH/said")"; }
}
in_transaction() { pgrep -f "$1" > /dev/null; }
begun_or_over() {
  in_transaction "$2" || case $(systemctl show --value -p ActiveState "$1") in
    inactive | failed) ;;
    *) false ;;
  esac
}
dnf_works='python3 /usr/bin/dnf .*--cacheonly install'
zypper_works='zypper .*--no-refresh install'

# serves: the repository is in reach, until lab-repository.service is stopped.
serves() {
  run 0 systemd-run -q --unit=lab-repository python3 -m http.server 8080 --bind 127.0.0.1 --directory /lab/repo
  await 60 curl -fs -o /dev/null http://127.0.0.1:8080/repodata/repomd.xml
}

# off MODULE...: by hand, and out of memory.
off() {
  for module; do
    disable "$module"
    rmmod "$module"
  done
}

# settles: a unit that is started until it has nothing to wait for, and then has nothing left to do.
settles() {
  await 300 sh -c 'systemctl start klpolicy.service &&
    journalctl -q -o cat -u klpolicy.service -n 20 | grep -q ^converged:'
  hear
}

# stopped_whole: what a unit was stopped in is done; or, where the kernel still had it in transition, it was
# taken back whole, and a later run does it.
stopped_whole() {
  hear
  if grep -q 'was interrupted while' "$SCRATCH/said"; then
    says 'restored: '
    settles
  fi
}
END
copy "$SCRATCH/words" /lab

# Without the drop-in nothing is begun, and it is said what to do.
in_guest <<'END'
. /lab/words
mkdir -p /etc/yum.repos.d /etc/zypp/repos.d /etc/rpm /etc/dnf /var/lib/rpm /var/lib/kpatch
cp -r /lab/rpms /lab/repo
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
printf '[main]\ngpgcheck=1\nmetadata_expire=1\n' > /etc/dnf/dnf.conf
printf '[lab]\nname=lab\nbaseurl=http://127.0.0.1:8080\ngpgcheck=0\n' > /etc/yum.repos.d/lab.repo
printf '[lab]\nname=lab\nenabled=1\nautorefresh=0\nbaseurl=http://127.0.0.1:8080\ngpgcheck=0\n' > /etc/zypp/repos.d/lab.repo
rpm --quiet -i --nodeps /lab/rpms/base-*.rpm /lab/rpms/kpatch-0.9-*.rpm 2>&1 || fail rpm
serves
wants redHat 'version: 1-1'
starts 1
says 'read-only: /var/lib/rpm is read-only for this run, so dnf cannot install' \
  "needs the drop-in $examples/packages.conf" 'blocked: 1 blocked'
[ ! -e /var/lib/klpolicy/journal.ndjson ] || fail "$(cat /var/lib/klpolicy/journal.ndjson)"
run 0 journalctl -q KLPOLICY_REASON=read-only KLPOLICY_STATUS=blocked
assert_contains "$OUT" "$redHat"
# rpm that cannot even read there is told as what it is.
rm -f /var/lib/rpm/rpmdb.sqlite-*
starts 1
says 'unverified' 'run rpm -qa once as root'
rpm -qa > /dev/null
journalctl -q | grep 'thread priority' && fail "the journal has noise"
for unit in klpolicy klpolicy-agent; do
  install -D -m 644 $examples/packages.conf "/etc/systemd/system/$unit.service.d/packages.conf"
done
systemctl daemon-reload
END

# With it: klpolicy is killed in the middle of dnf's transaction, which goes on; the next runs settle it.
in_guest <<'END'
. /lab/words
begins klpolicy.service "$dnf_works"
run 0 systemctl kill --signal=KILL --kill-whom=main klpolicy.service
await 10 systemctl is-failed klpolicy.service
in_transaction "$dnf_works" || fail "dnf went with klpolicy, or was too quick"
settles
installed "$redHat-1-1"
assert_applied klp_cmdline
grep -q '"packages":' /var/lib/klpolicy/journal.ndjson || fail "nothing is settled in the journal"

# What the kernel does not have is undone by dnf, though the repository is out of reach by then.
wants redHat 'version: 1-3'
begins klpolicy.service "$dnf_works"
run 0 systemctl stop lab-repository.service
await 600 systemctl is-failed klpolicy.service
hear
serves
says 'whatever its scripts said' 'restored: '
installed "$redHat-1-1"
assert_applied klp_cmdline
assert_gone klp_fails

# A unit that is stopped in the middle of an upgrade waits for it, and does not leave half of it.
wants redHat 'version: 1-2'
begins klpolicy.service "$dnf_works"
run 0 systemctl stop klpolicy.service
in_transaction "$dnf_works" && fail "dnf is at work still"
stopped_whole
installed "$redHat-1-2"
assert_applied klp_cmdline_v2
starts 0
says 'converged: '

# A first one that the kernel does not have is removed by rpm.
off klp_cmdline_v2 klp_cmdline
rpm -e "$redHat"
run 0 klpolicy resume redHat
wants redHat 'version: 1-3'
starts 1
says 'restored: '
installed ""
assert_gone klp_fails
END

# The same by zypper, and by the agent's unit.
in_guest <<'END'
. /lab/words
run 0 zypper -n refresh
wants suse 'version: 1-1.1'
begins klpolicy.service "$zypper_works"
run 0 systemctl stop klpolicy.service
in_transaction "$zypper_works" && fail "zypper is at work still"
stopped_whole
installed "$suse-1-1.1"
assert_applied klp_cmdline
wants suse 'version: 3-1.1'
begins klpolicy.service "$zypper_works"
run 0 systemctl stop lab-repository.service
await 600 systemctl is-failed klpolicy.service
hear
serves
says 'whatever its scripts said' 'restored: '
installed "$suse-1-1.1"
assert_applied klp_cmdline
in_transaction "$zypper_works" && fail "zypper is at work still"
off klp_cmdline
rpm -e "$suse"

wants redHat 'version: 1-1'
begins klpolicy-agent.service "$dnf_works"
run 0 systemctl stop klpolicy-agent.service
in_transaction "$dnf_works" && fail "dnf is at work still"
[ -n "$(rpm -qa "$redHat")" ] || settles
installed "$redHat-1-1"
assert_applied klp_cmdline
starts 0
says 'converged: '
off klp_cmdline
rpm -e "$redHat"
END

# Canonical's client (a stand-in, for it cannot be had) is enabled with a token that is a credential of
# the unit's; the token is nowhere but where systemd and the client have it.
in_guest <<'END'
. /lab/words
client=/snap/bin
token=planted-token-4711
mkdir -p "$client/config"
cp /lab/canonical-livepatch "$client/"
echo "$token" > "$client/token"
printf '{"Status":[{"Kernel":"6.1.0-1.1-lab","Running":true,"Livepatch":{"CheckState":"checked","State":"applied","Version":"1.1","Fixes":[]},"Supported":"supported"}],"tier":"stable"}\n' > "$client/fresh.json"
cat > "$client/on-enable" <<HOOK
insmod "$(ko a lkp_Ubuntu_lab_1)"
for folder in /proc/[0-9]*; do
  [ "\${folder##*/}" = \$\$ ] || [ "\${folder##*/}" = \$PPID ] || cat "\$folder/cmdline"
  cat "\$folder/environ"
done >> /lab/seen 2> /dev/null
grep 'Max core' /proc/self/limits >> /lab/limits
HOOK
wants canonical 'enabled: true, token: {credential: livepatch}, patchDelay: 2d, assertions: {state: applied}'
starts 1
says 'token-unusable' 'LoadCredential=livepatch:FILE'
(umask 077; echo "$token" > /etc/klpolicy/token)
credential() {
  printf '[Service]\nRestrictNamespaces=no\n%s\n' "$1" > /etc/systemd/system/klpolicy.service.d/token.conf
  systemctl daemon-reload
}
credential LoadCredential=livepatch:/etc/klpolicy/token
starts 0
says 'configure canonical-livepatch: done' 'applied: 2 steps'
assert_applied lkp_Ubuntu_lab_1
starts 0
says 'converged: '
# And with one that stands in the unit.
wants canonical 'enabled: false'
starts 0
off lkp_Ubuntu_lab_1
wants canonical 'enabled: true, token: {credential: livepatch}, assertions: {state: applied}'
credential "SetCredential=livepatch:$token"
starts 0
assert_applied lkp_Ubuntu_lab_1
[ "$(grep -c '^enable$' "$client/calls")" = 2 ] || fail "$(cat "$client/calls")"
# A client that does as it is told and fails, too.
wants canonical 'enabled: false'
starts 0
echo enable > "$client/refuses"
wants canonical 'enabled: true, token: {credential: livepatch}, assertions: {state: applied}'
starts 1
says 'restored: '

LAB_STEP="looking for the token"
[ -s /lab/seen ] || fail "nobody looked"
grep -Eq 'core file size +1 ' /lab/limits || fail "the client could leave a core: $(cat /lab/limits)"
journalctl -q -o export > /lab/said
klpolicy history -o json > /lab/history
klpolicy status -o json > /lab/status || true
[ -s /lab/status ] || fail "there is no status"
klpolicy snapshot > /lab/snapshot
grep -q 'enabled=true' /lab/history || fail "nothing in the history"
for place in /lab/seen /lab/said /lab/history /lab/status /lab/snapshot /var/lib/klpolicy /run/klpolicy; do
  if grep -rqs "$token" "$place"; then
    fail "the token is in $place: $(grep -rs "$token" "$place" | head -c 600)"
  fi
done
END
