# title: dnf itself installs the package that is due, the kernel has its module, and what fails is brought back
# briefly: 6.12
# boot: own
# memory: 1536
# packages: dnf rpm
# limit: 900
. "$LAB_LIBRARY"

name=kpatch-patch-$(release | tr . _)
mkdir -p /etc/yum.repos.d /etc/rpm /etc/dnf /var/lib/rpm /var/lib/kpatch
rm -rf /lab/repo
cp -r /lab/rpms /lab/repo
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
printf '[main]\ngpgcheck=1\nmetadata_expire=1\n' > /etc/dnf/dnf.conf
repository() { printf '[lab]\nname=lab\nbaseurl=file:///lab/repo\ngpgcheck=%s\n' "$1" > /etc/yum.repos.d/lab.repo; }
repository 0
/usr/bin/rpm --quiet -i --nodeps /lab/rpms/base-*.rpm /lab/rpms/kpatch-0.9-*.rpm 2>&1 || fail rpm

# wants WORDS [LINE...]: a policy that asks for this of Red Hat's packages.
wants() {
  words=$1
  shift
  {
    echo 'apiVersion: klpolicy/v1'
    echo 'kind: Policy'
    echo 'metadata: {name: packages}'
    echo 'spec:'
    for line; do echo "  $line"; done
    echo '  services:'
    echo "    - redHat: {$words}"
  } | policy lab.yaml
}
steps() { json '[.steps[] | [.action, .module, .reason, .status // "-"] | join(" ")]' "$1"; }
withheld() { json "[.$1[] | [.service, .reason] | join(\" \")]" "$2"; }
installed() {
  LAB_STEP="installed is $*"
  found=$(/usr/bin/rpm -qa --qf '%{NAME}-%{VERSION}-%{RELEASE}\n' 'kpatch-patch*')
  [ "$found" = "$*" ] || fail "rpm has '$found', where '$*' is due"
}
t() { echo "$(cut -d. -f1 /proc/uptime) $*"; }

# Installed, and in force, by the policy's word; the plan says the same before.
wants 'version: 1-1'
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
steps "[\"install $name not-installed -\"]"
run 0 klpolicy hold redHat --reason wait
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
withheld deferred '["redHat held"]'
run 0 klpolicy resume redHat

# What another boot left running holds nothing up here, whoever has rpm's lock.
holder() {
  start holder python3 -c "import fcntl, time
lock = open('/var/lib/rpm/.rpm.lock', 'r+')
fcntl.lockf(lock, fcntl.LOCK_EX)
open('/tmp/held', 'w')
time.sleep(600)"
  await 60 test -e /tmp/held
}
mv /var/lib/klpolicy /tmp/own
mkdir /var/lib/klpolicy
head='"at":"2026-01-01T00:00:00Z","run":"r1","boot":"another"'
{
  printf '{%s,"event":"begin","trigger":"reconcile"}\n' "$head"
  printf '{%s,"event":"intent","number":1,"action":"install-package","package":{"service":"redHat","name":"p","package":"p-1-9.x86_64","before":[]}}\n' "$head"
} > /var/lib/klpolicy/journal.ndjson
holder
patches kernel.yaml <<END
- $(patch version a klp_version)
END
run 2 klpolicy reconcile kernel.yaml --detailed-exitcode -o json
json .result applied
assert_applied klp_version
kill "$(pid holder)"
rm -r /var/lib/klpolicy /tmp/held
rm kernel.yaml
mv /tmp/own /var/lib/klpolicy
disable klp_version
rmmod klp_version

# A run that is killed between the installation and the end of its health check leaves that to the next
# one, and what does not pass it is undone.
mkdir -p /usr/local/bin
gate /usr/local/bin/healthy <<'END'
#!/bin/sh
touch /tmp/checked
[ ! -e /tmp/hang ] || sleep 600
[ ! -e /tmp/sick ]
END
touch /tmp/hang
healthy='safety: {hooks: {healthCheck: {run: [/usr/local/bin/healthy], timeout: 300s}}}'
wants 'version: 1-1' "$healthy"
start ended klpolicy reconcile lab.yaml
reached ended test -e /tmp/checked
killed ended
mv /tmp/hang /tmp/sick
installed "$name-1-1"
assert_applied klp_cmdline
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
steps "[\"await $name unfinished -\"]"
# Or somebody gives it up: then it is taken as it is. (As if nobody had said so, it goes on below.)
cp /var/lib/klpolicy/journal.ndjson /tmp/journal
run 0 klpolicy status
assert_contains "$OUT" "klpolicy resume $name gives it up"
run 0 klpolicy resume "$name"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged
installed "$name-1-1"
assert_applied klp_cmdline
cp /tmp/journal /var/lib/klpolicy/journal.ndjson
run 4 klpolicy reconcile lab.yaml -o json
steps "[\"await $name unfinished undone\"]"
json '[.result, .changed, .errors[0].operation] | join(" ")' 'restored true healthCheck'
installed ""
assert_gone klp_cmdline
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat failed-before"]'
run 0 klpolicy resume redHat

rm /tmp/sick
run 0 klpolicy reconcile lab.yaml -o json
steps "[\"install $name not-installed done\"]"
json '[.result, .changed, .steps[0].package] | join(" ")' "applied true $name-1-1.x86_64"
assert_applied klp_cmdline
installed "$name-1-1"
grep -q '"action":"install-package"' /var/lib/klpolicy/journal.ndjson || fail "no intent in the journal"
run 0 klpolicy history
assert_contains "$OUT" "installed $name-1-1.x86_64"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged

# A window that closes during the download is closed: nothing is begun. (dnf is not let do it here.)
mv /usr/bin/dnf /usr/bin/dnf.own
gate /usr/bin/dnf <<'END'
#!/bin/sh
case "$*" in
  *--downloadonly*) date -u -s "2027-11-24 23:59:00" > /dev/null; exit 0 ;;
  *repoid*) echo '|lab|'; exit 0 ;;
  *--cacheonly\ install*) touch /tmp/begun; exit 1 ;;
esac
exec /usr/bin/dnf.own "$@"
END
clock 2027-11-24T22:00:00Z
wants 'version: 1-2' 'maintenance: {windows: [{start: "22:00", duration: 2h}]}'
run 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
steps "[\"install $name newer-build skipped\"]"
withheld deferred '["redHat window-too-short"]'
json '[.result, .changed] | join(" ")' 'deferred false'
[ ! -e /tmp/begun ] || fail "dnf was let begin outside the window"
mv /usr/bin/dnf.own /usr/bin/dnf

# The third one's scripts cannot load its module, and end well: that is seen, and the one before comes
# back; it is not tried again until somebody says so.
wants 'version: 1-3'
run 4 klpolicy reconcile lab.yaml -o json
steps "[\"install $name newer-build failed\"]"
json '[.result, .changed] | join(" ")' 'restored false'
json_holds '.errors[0].message | contains("whatever its scripts said")'
withheld blocked '["redHat not-in-force"]'
installed "$name-1-1"
assert_applied klp_cmdline
assert_gone klp_fails
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat failed-before"]'

# The latest, and a version that no repository has, are asked of dnf, which writes nothing for it.
wants ''
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat failed-before"]'
# status comes to the same, unless dnf takes longer in an emulator than it waits, and so does the plan of a
# snapshot that was taken for the policy.
assert_writes_nothing 0 klpolicy status lab.yaml -o json
json_holds '.conditions[] | select(.type == "Converged") | .reason == "FailedBefore" or .reason == "Unobserved"'
assert_writes_nothing 0 klpolicy snapshot --for lab.yaml -o json
json '.services.redHat.available | length > 0' true
cp "$OUT" host.json
run 5 klpolicy plan lab.yaml --host host.json -o json
withheld blocked '["redHat failed-before"]'
wants 'version: 1-9'
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat artefact-missing"]'

[ "$(at_length 0 1)" = 1 ] || exit 0

# What follows takes minutes of an emulated processor.
run 0 klpolicy resume redHat
# What is in force beside it, and no package has brought, keeps the next one off.
insmod "$(ko a klp_version)"
await 60 applied klp_version
wants 'version: 1-2'
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat would-replace-foreign"]'
disable klp_version
rmmod klp_version

# What comes up during the download counts: a live patch that somebody loads is not replaced, and a request
# to end is heard before anything is changed.
mv /usr/bin/dnf /usr/bin/dnf.own
printf '#!/bin/sh\ncase "$*" in *--downloadonly*) . /tmp/meanwhile ;; esac\nexec /usr/bin/dnf.own "$@"\n' > /usr/bin/dnf
chmod 755 /usr/bin/dnf
echo "insmod '$(ko a klp_version)'; sleep 5" > /tmp/meanwhile
run 4 klpolicy reconcile lab.yaml -o json
json_holds '.errors[0].message | contains("by other hands")'
assert_applied klp_version
disable klp_version
rmmod klp_version
echo 'kill -TERM "$(pidof klpolicy)"' > /tmp/meanwhile
run 143 klpolicy reconcile lab.yaml -o json
installed "$name-1-1"
mv /usr/bin/dnf.own /usr/bin/dnf

# What scripts load beside their module stays, since nobody can tell that it was they, and that is said.
cp /usr/sbin/kpatch /tmp/kpatch
sed -i "s|load) insmod|load) insmod '$(ko a klp_version)'; insmod|" /usr/sbin/kpatch
wants 'version: 1-3'
run 6 klpolicy reconcile lab.yaml -o json
json_holds '.errors | any(.phase == "undo" and (.message | contains("klp_version is in force")))'
installed "$name-1-1"
assert_applied klp_cmdline klp_version
run 0 klpolicy resume redHat
cp /tmp/kpatch /usr/sbin/kpatch
disable klp_version
rmmod klp_version
wants 'version: 1-2'

# A lock that another program holds is waited for, and then it waits for another run.
holder
run 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
withheld deferred '["redHat service-busy"]'
json .changed false
kill "$(pid holder)"
installed "$name-1-1"

# An unsigned package, where signatures are asked for, and a repository that is gone, change nothing.
repository 1
run 4 klpolicy reconcile lab.yaml -o json
json .changed false
json_holds '.errors[0].message | contains("GPG")'
repository 0
mv /lab/repo /lab/away
run 4 klpolicy reconcile lab.yaml -o json
json '[.result, .changed] | join(" ")' 'restored false'
installed "$name-1-1"
mv /lab/away /lab/repo

# The upgrade, which goes on though klpolicy is killed while dnf works, and is verified by a later run; an
# older one takes a reboot.
start ended klpolicy reconcile lab.yaml -o json
reached ended sh -c "ps | grep -q '[c]acheonly'"
killed ended
LAB_STEP="a run after the one that was killed"
tries=0
until klpolicy reconcile lab.yaml --detailed-exitcode -o json > "$OUT" 2> "$ERR"; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || fail "$(cat "$OUT")"
  sleep 1
done
json .result converged
grep -q '"packages":' /var/lib/klpolicy/journal.ndjson || fail "nothing is settled in the journal"
assert_applied klp_cmdline_v2
installed "$name-1-2"
wants 'version: 1-1'
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
withheld blocked '["redHat needs-reboot"]'


# The empty package is installed where no live patch is as yet, and has nothing to load.
disable klp_cmdline_v2
rmmod klp_cmdline_v2
disable klp_cmdline
rmmod klp_cmdline
/usr/bin/rpm -e "$name"
wants 'version: 0-0'
run 0 klpolicy reconcile lab.yaml -o json
steps "[\"install $name not-installed done\"]"
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode

# The latest that the repositories have, as dnf knows them from its cache; the third fails, and a fresh
# host is again as it was.
/usr/bin/rpm -e "$name"
run 0 dnf -q makecache
wants ''
run 4 klpolicy reconcile lab.yaml -o json
json '[.result, .changed, .steps[0].package] | join(" ")' "restored false $name-1-3.x86_64"
installed ""

# The plugin's mode is a line of its configuration, and all else stays in there.
mkdir -p /etc/dnf/plugins
printf '[main]\n# why\nautoupdate = True\nautofilter = True\n' > /etc/dnf/plugins/kpatch.conf
wants 'version: 1-1, plugin: manual'
# While another dnf is at work the whole group waits, the setting too.
start other sleep 600
pid other | tr -d '\n' > /var/lib/dnf/rpmdb_lock.pid
run 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.steps[].status] | join(" ")' 'undone skipped'
withheld deferred '["redHat service-busy"]'
grep -q '^autoupdate = True$' /etc/dnf/plugins/kpatch.conf || fail "$(cat /etc/dnf/plugins/kpatch.conf)"
kill "$(pid other)"
rm /var/lib/dnf/rpmdb_lock.pid
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | [.action, .setting // .package, .status] | join(" ")]' \
  "[\"configure autoupdate=False done\",\"install $name-1-1.x86_64 done\"]"
[ "$(tr '\n' , < /etc/dnf/plugins/kpatch.conf)" = "[main],# why,autoupdate = False,autofilter = True," ] ||
  fail "$(cat /etc/dnf/plugins/kpatch.conf)"
