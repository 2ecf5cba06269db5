# title: the commands of examples/afternoon, as they stand there: a host that follows Git, signed, watched and cleared
# limit: 1800
. "$LAB_LIBRARY"
equip
install_package
text=$(dirname "$LAB_LIBRARY")/../../../examples/afternoon/README.md

# Who is who: web-1 and the Git server are the guest itself; ops sits at "your machine", which it is too.
in_guest <<'END'
echo '127.0.0.1 web-1 git.example.org' >> /etc/hosts
useradd -m -s /bin/bash ops
useradd -m -s /usr/bin/git-shell git
mkdir -m 700 ~ops/.ssh ~git/.ssh
ssh-keygen -q -t ed25519 -N '' -C '' -f ~ops/.ssh/id_ed25519
sed 's/^/web-1,git.example.org /' /etc/ssh/ssh_host_ed25519_key.pub > ~ops/.ssh/known_hosts
cat ~ops/.ssh/id_ed25519.pub >> /root/.ssh/authorized_keys
cat ~ops/.ssh/id_ed25519.pub | tee ~ops/.ssh/authorized_keys > ~git/.ssh/authorized_keys
printf '[user]\nname = ops\nemail = ops@example.org\n' > ~ops/.gitconfig
git init -q --bare -b main /policies.git
mkdir ~ops/first-policy
cp "$(ko a klp_version)" ~ops/first-policy
chown -R ops: ~ops
chown -R git: ~git /policies.git
mkdir -p /var/lib/prometheus/node-exporter
# What the timer does every five minutes would come in between.
systemctl mask -q klpolicy-metrics.timer
END

# walk WHO STEP: what the text has to be run there; its module is the lab's, and a slow guest has time.
walk() {
  awk -v "mark=<!-- run: $1 $2 -->" '
    $0 == mark { on = 1; next }
    on && /^    / { print substr($0, 5); printed = 1; next }
    on && printed && NF { exit }
    on { print "" }' "$text" |
    sed 's/first_fix/klp_version/g; s/^ssh-keyscan/& -T 60/' > step
  grep -q . step || fail "the text has no step $1 $2"
  echo "run: $1 $2" >> walked
  LAB_STEP="$2, as the text has it"
  case $1 in
    desk) run='su - ops -c "bash -e /tmp/step"' ;;
    host) run='bash -e /tmp/step' ;;
  esac
  "$GUEST/ssh" "cat > /tmp/step && chmod 644 /tmp/step && $run < /dev/null" < step > said 2>&1 ||
    fail "$LAB_STEP: $(cat step said)"
}
says() { grep -q -e "$1" said || fail "instead of '$1' it says: $(cat said)"; }
# looks: the agent has looked, and come to this by a filter of its status.
looks() {
  guest 'systemctl reload klpolicy-agent.service'
  await 120 guest "klpolicy status -o json | jq -e '$1'"
}
patched() { guest 'grep -q "klp_version build a" /proc/version'; }

walk desk repository
walk desk signatures
walk host follows
guest 'cat /etc/klpolicy/deploy_key.pub >> ~git/.ssh/authorized_keys'
walk desk check
says '^2 passed, 0 failed'
says 'load *klp_version *cve-2026-1111: not-loaded'
walk desk push
walk host start
looks '.agent.signer == "ops@example.org" and .agent.result == "applied"'
patched
guest 'klpolicy status' > said
says 'managed as cve-2026-1111 version 1 for policy fixes'
says 'follows ssh://git@git.example.org/policies.git, branch main, directory policies'
walk desk unsigned
looks '.agent.refusedCommit and .agent.syncError'
guest 'klpolicy status' > said
says 'is not signed'
patched
walk desk signed
looks '.agent.refusedCommit == null and .agent.syncError == null'
walk host metrics
says '^klpolicy_converged 1'
guest 'grep -qx "klpolicy_unobserved_facts 0" /var/lib/prometheus/node-exporter/klpolicy.prom'
walk host drift
says '^klpolicy_converged 0'
walk host mend
await 120 patched
# Nothing is fixed before its transition is over.
await 120 guest "klpolicy status -o json | jq -e '.patches[] | select(.state == \"applied\")'"
walk host vex
guest 'jq -e ".statements[0].vulnerability.name == \"CVE-2026-1111\" and .statements[0].status == \"fixed\"" /root/web-1.vex.json'

reboot
await 60 guest systemctl is-active --quiet klpolicy-boot.service
patched
await 60 guest systemctl is-active --quiet klpolicy-agent.service
walk desk absent
looks '.agent.result == "applied" or .agent.result == "converged"'
await 120 guest '! grep -q klp_version /proc/version'
walk host remove
guest 'test ! -e /usr/sbin/klpolicy && test -e /etc/klpolicy/config.yaml'

# Nothing that the text has to be run was passed over.
grep -o '^<!-- run: .* -->' "$text" | sed 's/^<!-- //; s/ -->$//' | cmp - walked || fail "$(cat walked)"
