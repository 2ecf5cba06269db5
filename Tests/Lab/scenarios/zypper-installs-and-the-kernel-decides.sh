# title: zypper itself installs SUSE's package that is due, a stale initrd is told, and what fails is brought back
# briefly: 6.12
# boot: own
# memory: 1536
# packages: zypper rpm
# limit: 600
. "$LAB_LIBRARY"

name=kernel-livepatch-$(release | tr . _)
mkdir -p /etc/rpm /var/lib/rpm /etc/zypp/repos.d
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
printf '[lab]\nname=lab\nenabled=1\nautorefresh=0\nbaseurl=file:///lab/rpms\ngpgcheck=0\n' > /etc/zypp/repos.d/lab.repo
/usr/bin/rpm --quiet -i --nodeps /lab/rpms/base-*.rpm > /dev/null 2>&1

wants() {
  policy lab.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: packages}
spec:
  safety: {hooks: {healthCheck: {run: [/usr/local/bin/healthy], timeout: 300s}}}
  services:
    - suse: {$1}
END
}
steps() { json '[.steps[] | [.action, .module, .reason, .status // "-"] | join(" ")]' "$1"; }
withheld() { json "[.$1[] | [.service, .reason] | join(\" \")]" "$2"; }
installed() {
  found=$(/usr/bin/rpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n' 'kernel-livepatch-*')
  [ "$found" = "$*" ] || fail "rpm has '$found', where '$*' is due"
}

mkdir -p /usr/local/bin
gate /usr/local/bin/healthy <<'END'
#!/bin/sh
touch /tmp/checked
[ ! -e /tmp/hang ] || sleep 600
END

# A repository that was never fetched may have anything, and nothing is fetched for a look; nothing to be had
# is no convergence.
wants ''
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse unverified"]'
mv /etc/zypp/repos.d/lab.repo /tmp/lab.repo
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse artefact-missing"]'
mv /tmp/lab.repo /etc/zypp/repos.d/lab.repo
run 0 zypper -n refresh

# Installed, and in force; what a run that was killed did not get to check, the next one does.
wants 'version: 1-1.1'
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
steps "[\"install $name not-installed -\"]"
touch /tmp/hang
start ended klpolicy reconcile lab.yaml
reached ended test -e /tmp/checked
killed ended
rm /tmp/hang
# An initrd without it is stale, which the run that did it tells already.
(mkdir -p "$SCRATCH/initrd/etc" && cd "$SCRATCH/initrd" && find . | cpio -o -H newc > "/boot/initrd-$(release)" 2> /dev/null)
run 0 klpolicy reconcile lab.yaml -o json
steps "[\"await $name unfinished done\"]"
json '[.result, .changed, .hooks[0].status] | join(" ")' 'applied false passed'
json .steps[0].package "$name-1-1.1.x86_64"
json_holds '.warnings | any(.message | contains("dracut -f"))'
assert_applied klp_cmdline
installed "$name-1-1.1"
run 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse stale-initrd"]'
rm "/boot/initrd-$(release)"
run 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged

# The third one's scripts cannot load its module: the first one comes back, and stays in force.
wants 'version: 3-1.1'
run 4 klpolicy reconcile lab.yaml -o json
steps "[\"install $name newer-build failed\"]"
json '[.result, .changed] | join(" ")' 'restored false'
withheld blocked '["suse not-in-force"]'
installed "$name-1-1.1"
assert_applied klp_cmdline
assert_gone klp_fails
run 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse failed-before"]'

# The latest, and a version that no repository has, are asked of zypper, which writes nothing for it.
wants ''
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse failed-before"]'
wants 'version: 9-1.1'
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["suse artefact-missing"]'
