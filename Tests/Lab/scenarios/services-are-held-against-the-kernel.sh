# title: status says where kpatch's directory, rpm and Canonical's client do not say what the kernel says
# briefly: 6.12
# system: rpm rpmdb
# limit: 300
. "$LAB_LIBRARY"

folder=/var/lib/kpatch/$(release)
rm -rf /var/lib/kpatch
mkdir -p "$folder"
differences() { json '[.disagreements[] | [.kind, .service, .module // "-"] | join(" ")]' "$1"; }

# A host without services has nothing to say of them; what is installed and not in force is told.
rmdir -p "$folder" 2>/dev/null || true
run 0 klpolicy status -o json
json_holds 'has("services") | not'
mkdir -p "$folder"
cp "$(ko a klp_cmdline)" "$folder/a.ko"
assert_writes_nothing 0 klpolicy status -o json
json '.services.kpatch.modules[0].module' klp_cmdline
differences '["installed-not-loaded kpatch klp_cmdline"]'
run 0 klpolicy status
assert_contains "$OUT" "Not as the services have it"

# In force they agree; another build in the file, and a patch that was disabled, are told.
insmod "$folder/a.ko"
await 60 applied klp_cmdline
run 0 klpolicy status -o json
differences '[]'
json_holds '.services.kpatch.modules[0].buildID == .patches[0].buildID'
cp "$(ko b klp_cmdline)" "$folder/a.ko"
run 0 klpolicy status -o json
differences '["other-build kpatch klp_cmdline"]'
cp "$(ko a klp_cmdline)" "$folder/a.ko"
disable klp_cmdline
run 0 klpolicy snapshot
json_holds '.services.kpatch.modules | length == 1'
run 0 klpolicy status -o json
differences '["resident kpatch klp_cmdline"]'
rmmod klp_cmdline

# Half a module is malformed, and no disagreement.
head -c 3000 "$(ko a klp_cmdline)" > "$folder/a.ko"
run 0 klpolicy status -o json
differences '[]'
json '[.unobserved[] | [.path, .problem] | join(" ")]' "[\"$folder/a.ko malformed\"]"
rm -r /var/lib/kpatch

# rpm itself: a database without packages, and one that is broken, are two things.
mkdir -p /usr/lib/rpm /var/lib/rpm
: > /usr/lib/rpm/rpmrc
printf '%%_db_backend sqlite\n%%_rpmlock_path %%{_dbpath}/.rpm.lock\n' > /usr/lib/rpm/macros
touch /usr/bin/dnf
run 0 rpmdb --dbpath /var/lib/rpm --initdb
run 0 klpolicy status -o json
json '[.services.redHat.packages, .unobserved]' '[[],[]]'
rm -f /var/lib/rpm/rpmdb.sqlite-*
echo broken > /var/lib/rpm/rpmdb.sqlite
run 0 klpolicy status -o json
json .services.redHat.packages null
json '[.unobserved[] | [.path, .problem] | join(" ")]' '["/var/lib/rpm unreadable"]'
rm -r /usr/bin/dnf /var/lib/rpm /usr/lib/rpm

# A stand-in for Canonical's client, which is closed: it says that a patch is applied, and none is.
mkdir -p /snap/bin
cat > /snap/bin/canonical-livepatch <<'END'
#!/bin/sh
touch /tmp/asked
case $1 in
  status) echo '{"Status":[{"Kernel":"6.8.0-1","Running":true,"Livepatch":{"CheckState":"checked","State":"applied","Version":"121.4","Fixes":[]},"Supported":"supported"}]}' ;;
  *) echo '{}' ;;
esac
END
chmod 755 /snap/bin/canonical-livepatch
run 0 klpolicy status -o json
differences '["client-view canonical -"]'

# A run that needs none of it asks nobody; a client that hangs is left behind.
rm /tmp/asked
patches lab.yaml <<ITEMS
- $(patch cmdline a klp_cmdline)
ITEMS
run 0 klpolicy reconcile lab.yaml
[ ! -e /tmp/asked ] || fail "a reconcile without services asked the client"
printf '#!/bin/sh\nsleep 1000\n' > /snap/bin/canonical-livepatch
run 0 klpolicy status -o json
json '[.services.canonical.enabled, .services.canonical.kernels]' '[null,null]'
json '[.unobserved[] | .path]' '["/snap/bin/canonical-livepatch"]'
rm -r /snap
