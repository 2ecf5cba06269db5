# title: the agent follows a repository over ssh and https, says what is wrong with the way there, and goes on after every end
# limit: 1800
. "$LAB_LIBRARY"
equip
install_package
copy "$(dirname "$LAB_LIBRARY")/git-server.py" /lab/guest

cat > words <<'END'
export HOME=/srv/author
work=/srv/author/work
# published OPTION...: commit all there is, signed, and push it.
published() {
  git -C $work add -A
  git -C $work commit -q -S -m change --allow-empty
  git -C $work push -q "$@" origin main
}
# wanted MODULE...: the policy wants these, which lie in the repository, beside the policies.
wanted() {
  mkdir -p $work/modules $work/policies
  for module; do
    cp "$(ko a "$module")" $work/modules
    echo "- {name: $module, module: $module, file: ../modules/$module.ko, sha256: \"$(sha256 "$(ko a "$module")")\", replace: false, version: \"1\"}"
  done | patches $work/policies/web.yaml "safety: {probation: 1s, transition: {deadline: 5m}}"
}
# now: the agent is to look; `said` is what it said since.
now() {
  journalctl -q -n 0 --show-cursor | sed -n 's/^-- cursor: //p' > "$SCRATCH/cursor"
  systemctl kill -s USR1 --kill-whom=main klpolicy-agent.service
}
said() {
  journalctl -q -o cat -u klpolicy-agent.service --after-cursor="$(cat "$SCRATCH/cursor")" > "$SCRATCH/said"
  grep -q -e "$1" "$SCRATCH/said"
}
# tells TEXT: what the agent says when it looks, while what was in force stays so.
tells() {
  now
  LAB_STEP="the agent says: $1"
  tries=200
  until said "$1"; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "the agent said, instead of '$1': $(cat "$SCRATCH/said")"
    sleep 0.1
  done
  grep -e "$1" "$SCRATCH/said" | head -n 1 | cut -c 1-500
  assert_applied klp_cmdline
  assert_gone klp_version
  run 0 klpolicy status -o json
  json .agent.commit "$(cat /srv/good)"
}
# comes MODULE...: what is published comes into force without being asked for, and these are applied;
# follows MODULE...: when it is.
follows() {
  now
  comes "$@"
}
comes() {
  for module; do await 90 applied "$module"; done
  git -C $work rev-parse HEAD > /srv/good
  await 30 in_force
}
in_force() { [ "$(klpolicy status -o json | jq -r .agent.commit)" = "$(cat /srv/good)" ]; }
# source_is FIELDS [LINE]: where the agent looks.
source_is() {
  policy /etc/klpolicy/config.yaml <<SOURCE
agent:
  interval: 1h
  source:
    git: {branch: main, path: policies, allowedSigners: /etc/klpolicy/allowed_signers, $1}
${2:-}
SOURCE
}
# serve CERTIFICATE: Git over TLS, with /srv/tls/CERTIFICATE.pem.
serve() {
  systemctl stop git-server.service 2> /dev/null || true
  systemd-run -q --collect --unit=git-server python3 /lab/guest/git-server.py 8443 "/srv/tls/$1.pem" \
    "/srv/tls/$1.key" /srv/repositories ops:token
  await 30 sh -c 'ss -Hltn sport = 8443 | grep -q .'
}
END
copy words /lab/guest

in_guest <<'END'
. /lab/guest/words
mkdir -p /srv/author /srv/repositories /srv/tls
cd /srv/author
git config --global user.name author
git config --global user.email author@example.org
git config --global gpg.format ssh
git config --global user.signingKey /srv/author/key
git config --global safe.directory '*'
for key in key deploy stranger host; do ssh-keygen -q -t ed25519 -N '' -C '' -f $key; done
echo "ops@example.org $(cat key.pub)" > /etc/klpolicy/allowed_signers
useradd -m -s /usr/bin/git-shell git
mkdir -m 700 ~git/.ssh
cp deploy.pub ~git/.ssh/authorized_keys
chown -R git: ~git/.ssh
git init -q --bare /srv/repositories/policies.git
chown git: /srv/repositories/policies.git
git init -q -b main work
git -C work remote add origin /srv/repositories/policies.git

# Over ssh, with a deploy key.
ssh-keyscan -t ed25519 localhost > known 2> /dev/null
install -m 600 deploy /etc/klpolicy/deploy_key
cp known /etc/klpolicy/known_hosts
source_is 'url: "ssh://git@localhost/srv/repositories/policies.git", knownHosts: /etc/klpolicy/known_hosts, sshKey: /etc/klpolicy/deploy_key'
wanted klp_cmdline
published
run 0 systemctl enable -q --now klpolicy-agent.service
comes klp_cmdline
# What is fetched is fetched by a user who does nothing else.
[ "$(stat -c %U /var/lib/klpolicy/git)" = _klpolicy ] || fail "the copy is $(stat -c %U /var/lib/klpolicy/git)'s"
run 0 klpolicy plan -o json
json .changed false
run 0 klpolicy status -o json
json '[.agent.running, .agent.signer, .agent.result]' '[true,"ops@example.org","applied"]'

wanted klp_cmdline klp_version
published
sed "s/ssh-ed25519 .*/$(cut -d ' ' -f 1,2 host.pub | sed 's,/,\\/,g')/" known > /etc/klpolicy/known_hosts
tells 'Host key for localhost has changed'
: > /etc/klpolicy/known_hosts
tells 'No ED25519 host key is known for localhost'
cp known /etc/klpolicy/known_hosts
install -m 600 stranger /etc/klpolicy/deploy_key
tells 'git@localhost: Permission denied (publickey'
install -m 644 deploy /etc/klpolicy/deploy_key
tells '/etc/klpolicy/deploy_key is a secret, and others may read it'
install -m 600 deploy /etc/klpolicy/deploy_key
mv /srv/repositories/policies.git /srv/repositories/gone.git
tells 'does not appear to be a git repository'
run 0 klpolicy status -o prometheus
assert_contains "$OUT" 'klpolicy_agent_sync_error 1'
mv /srv/repositories/gone.git /srv/repositories/policies.git
follows klp_cmdline klp_version
run 0 klpolicy status -o prometheus
assert_contains "$OUT" 'klpolicy_agent_sync_error 0'

# Over https, with an authority of the house, and a token.
cd /srv/tls
signed() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
    -keyout "$1.key" -out request 2> /dev/null
  openssl x509 -req -in request -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" \
    -extfile names -out "$1.pem" 2> /dev/null
}
echo 'subjectAltName=DNS:localhost' > names
for authority in house other; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=$authority \
    -keyout $authority.key -out $authority.pem -days 3650 2> /dev/null
done
signed server house 2
signed impostor other 2
cp house.pem /etc/klpolicy/house.pem
(umask 077; echo ops:token > /etc/klpolicy/token)
source_is 'url: "https://localhost:8443/policies.git", credentials: /etc/klpolicy/token' \
  'downloads: {caFile: /etc/klpolicy/house.pem}'
wanted klp_cmdline
published
serve server
run 0 systemctl reload klpolicy-agent.service
comes klp_cmdline
await 60 gone klp_version

wanted klp_cmdline klp_version
published
echo ops:tokem > /etc/klpolicy/token
tells 'Authentication failed'
echo ops:token > /etc/klpolicy/token
serve impostor
tells 'server certificate verification failed'
serve server
# By this clock it has expired.
date -s '+5 days' > /dev/null
tells 'server certificate verification failed'
assert_contains "$SCRATCH/said" "can verify the server's certificate at $(date -u +%Y-%m-%d)"
date -s '-5 days' > /dev/null
systemctl stop git-server.service
tells 'Failed to connect to localhost port 8443'
serve server

# No room for what is fetched.
head -c 8M /dev/urandom > $work/large
published
truncate -s 4M /srv/small.img
mkfs.ext4 -q -O ^has_journal /srv/small.img
mount -o loop /srv/small.img /var/lib/klpolicy/git
chown _klpolicy: /var/lib/klpolicy/git
tells 'No space left on device'
umount /var/lib/klpolicy/git

# Killed while it fetches: the next start goes on.
touch /srv/repositories/stall
now
await 60 pgrep -u _klpolicy -f git-remote-https
sleep 1
assert_gone klp_version
run 0 systemctl kill -s KILL --kill-whom=main klpolicy-agent.service
rm /srv/repositories/stall
await 30 sh -c '! pgrep -u _klpolicy git'
run 0 systemctl start klpolicy-agent.service
comes klp_cmdline klp_version

# Killed while a transition is on.
insmod "$(ko a lab_target)"
hold first
wanted klp_cmdline klp_stall
published
now
await 90 in_transition klp_stall
assert_applied klp_cmdline
run 0 systemctl kill -s KILL --kill-whom=main klpolicy-agent.service
await 30 sh -c '! systemctl is-active --quiet klpolicy-agent.service'
run 0 systemctl start klpolicy-agent.service
await 30 systemctl is-active --quiet klpolicy-agent.service
let_go first
comes klp_cmdline klp_stall
await 60 gone klp_version
await 60 sh -c 'klpolicy status -o json | jq -e ".conditions[] | select(.type == \"Converged\") | .status == \"True\""'
wanted klp_cmdline
published
follows klp_cmdline
await 60 gone klp_stall

# Policies that do not validate, and a history that was rewritten: what is in force stays so.
wanted klp_cmdline klp_version
sed -i 's/patches:/pathces:/' $work/policies/web.yaml
published
tells 'cannot be used, and those of'
run 0 klpolicy status -o json
json .agent.refusedCommit "$(git -C $work rev-parse HEAD)"
run 0 klpolicy status -o prometheus
assert_contains "$OUT" 'klpolicy_agent_sync_error 1'
git -C $work reset -q --hard HEAD~3
wanted klp_cmdline klp_version
published --force
tells 'does not descend from'
run 0 klpolicy agent accept "$(git -C $work rev-parse HEAD | cut -c 1-12)"
comes klp_cmdline klp_version
test ! -e /etc/klpolicy/policies.d || rmdir /etc/klpolicy/policies.d
sync
END

# Its server is not there after the next start: the host is what it was, before there is a network.
reboot
await 60 guest systemctl is-active --quiet klpolicy-boot.service klpolicy-agent.service
in_guest <<'END'
. /lab/guest/words
assert_applied klp_cmdline klp_version
at() { systemctl show --value -p "$2" "$1"; }
restored=$(at klpolicy-boot.service ActiveEnterTimestampMonotonic)
network=$(at systemd-networkd.service InactiveExitTimestampMonotonic)
[ "$restored" -gt 0 ] && [ "$restored" -lt "$network" ] ||
  fail "restored at $restored us, and the network began at $network us"
await 60 sh -c 'klpolicy status -o json | jq -e ".agent.syncError"'
in_force || fail "another commit is in force: $(klpolicy status)"
assert_applied klp_cmdline klp_version
END

# With klpolicy=off nothing of it comes, at boot or from the agent.
reboot klpolicy=off
await 60 guest systemctl is-active --quiet klpolicy-agent.service
in_guest <<'END'
await 60 sh -c 'klpolicy status -o json | jq -e .agent.ranAt'
assert_gone klp_cmdline klp_version
run 5 klpolicy plan
assert_contains "$OUT" disabled-by-command-line
END
