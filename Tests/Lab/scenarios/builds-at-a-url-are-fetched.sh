# title: a build at an https URL is fetched and checked before its load; afterwards nothing is asked for
# briefly: 6.1
# limit: 300
# boot: own
# system: curl openssl setpriv
. "$LAB_LIBRARY"

ip link set lo up
mkdir -p /srv/www /etc/klpolicy
cp "$(ko a klp_cmdline)" "$(ko a klp_version)" /srv/www
cat > /srv/req.cnf <<END
[req]
distinguished_name = dn
x509_extensions = v3
[dn]
[v3]
subjectAltName = IP:127.0.0.1
basicConstraints = CA:TRUE
END
run 0 openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
  -subj /CN=lab -config /srv/req.cnf -keyout /srv/key.pem -out /srv/ca.pem
policy /etc/klpolicy/config.yaml <<END
downloads: {caFile: /srv/ca.pem}
END
fetched() {
  echo "- {name: $1, module: $2, url: \"https://127.0.0.1:8443/$2.ko\", sha256: \"$3\", replace: false, version: \"1\"}"
}
digest=$(sha256 "$(ko a klp_cmdline)")
fetched cmdline klp_cmdline "$digest" | patches lab.yaml

# A plan downloads nothing, and says what it does not know.
assert_writes_nothing 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.warnings[].code]' '["unverified"]'
json '[.steps[].action]' '["load","await"]'

# With nobody there, nothing is changed, and it is told.
run 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | .reason]' '["download-failed"]'
json '.blocked[0].message | contains("curl exited with 7")' true
assert_unpatched /proc/cmdline

(cd /srv/www && start server openssl s_server -accept 8443 -cert /srv/ca.pem -key /srv/key.pem -WWW)
await 20 grep -q ACCEPT "$SCRATCH/server.stdout"
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
assert_applied klp_cmdline
[ "$(sha256 "/var/lib/klpolicy/store/$digest/module.ko")" = "$digest" ] || fail "not stored"

# Another file than the policy means is not loaded; what is there stays.
{
  fetched cmdline klp_cmdline "$digest"
  fetched version klp_version "$digest"
} | sed 's/\(klp_version.*sha256: "\)[0-9a-f]*/\10000000000000000000000000000000000000000000000000000000000000000/' |
  patches lab.yaml
run 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.module, .reason]]' '[["klp_version","digest-mismatch"]]'
assert_unpatched /proc/version
assert_applied klp_cmdline

# For a kernel that is installed and does not run, too; what does not come is told, and is tried again.
next=$(klpolicy inspect "$(ko other klp_version)" -o json | jq -r '.modules[0].kernel.release')
mkdir -p "/lib/modules/$next" /boot
: > "/boot/vmlinuz-$next"
policy lab.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: lab}
spec:
  kernels:
    - release: $(release)
      patches:
        $(fetched cmdline klp_cmdline "$digest")
    - release: $next
      patches:
        $(fetched next klp_next "$(sha256 "$(ko other klp_version)")")
END
run 4 klpolicy reconcile lab.yaml -o json
json '[.result, [.steps[] | [.action, .status]], .errors[0].operation]' \
  '["restored",[["stage","failed"]],"stage"]'
json '.errors[0].message | contains("is not ready for its boot")' true
assert_applied klp_cmdline
cp "$(ko other klp_version)" /srv/www/klp_next.ko
# The module is there, and is another one than the policy says: it must not count as ready.
run 4 klpolicy reconcile lab.yaml -o json
json '.errors[0].message | contains("klp_version")' true
sed -i 's/module: klp_next, url/module: klp_version, url/' lab.yaml
run 0 klpolicy reconcile lab.yaml -o json
json '[.result, .changed]' '["applied",true]'
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
rm -r "/boot/vmlinuz-$next" "/lib/modules/$next"

# What is in place needs no server.
kill "$(pid server)"
fetched cmdline klp_cmdline "$digest" | patches lab.yaml
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode
