# title: the agent follows a Git repository: what is signed is applied and goes again, all else is refused
# briefly: 6.1
# boot: own
# system: git git-receive-pack git-upload-pack setpriv ssh-keygen
# limit: 300
. "$LAB_LIBRARY"
export HOME=/srv/author
mkdir -p /etc/klpolicy /srv/author
cd /srv/author
git config --global user.name author
git config --global user.email author@example.org
git config --global gpg.format ssh
git config --global user.signingKey /srv/author/key
git config --global gc.auto 0
git config --global maintenance.auto false
git config --global safe.directory '*'
ssh-keygen -q -t ed25519 -N '' -f key
ssh-keygen -q -t ed25519 -N '' -f stranger
echo "ops@example.org $(cat key.pub)" > /etc/klpolicy/allowed_signers
git init -q -b main work
git init -q --bare /srv/policies.git
cd work
git remote add origin /srv/policies.git

# published OPTION...: commit all there is, and push it.
published() {
  git add -A
  git commit -q -m change --allow-empty "$@"
  git push -q origin main
}
# wanted [MODULE...]: the policy wants these; modules lie in the repository, beside the policies.
wanted() {
  mkdir -p modules policies
  for module; do
    cp "$(ko a "$module")" modules
    echo "- {name: $module, module: $module, file: ../modules/$module.ko, sha256: \"$(sha256 "modules/$module.ko")\", replace: false, version: \"1\"}"
  done | patches policies/web.yaml
}

policy /etc/klpolicy/config.yaml <<END
agent:
  interval: 1h
  source:
    git: {url: "file:///srv/policies.git", branch: main, path: policies, allowedSigners: /etc/klpolicy/allowed_signers}
END
now() { kill -USR1 "$(pid agent)"; }
said() { grep -q -e "$1" "$SCRATCH/agent.stderr"; }

wanted klp_cmdline klp_version
published -S
start agent klpolicy agent
reached agent applied klp_version
assert_applied klp_cmdline
assert_shows /proc/cmdline "klp_cmdline build a"
run 0 klpolicy status -o json
json '[.agent.running, .agent.signer, .agent.result]' '[true,"ops@example.org","applied"]'
json '.conditions[] | select(.type == "Converged") | .status' True

# Who names no policies gets those in force, and no other command another answer.
run 0 klpolicy validate
run 0 klpolicy plan -o json
json '[.changed, .policies[].path]' "[false,\"/var/lib/klpolicy/agent/trees/$(git rev-parse HEAD)/policies/web.yaml\"]"
run 0 klpolicy explain klp_version
assert_contains "$OUT" "/var/lib/klpolicy/agent/trees/$(git rev-parse HEAD)/policies/web.yaml"
run 0 klpolicy reconcile -o json
json '[.changed, .trigger]' '[false,"reconcile"]'
run 0 klpolicy windows

# Taken out: it goes.
wanted klp_cmdline
published -S
now
reached agent gone klp_version
assert_applied klp_cmdline
good=$(git rev-parse HEAD)

# Not signed, or by somebody else: refused, and nothing changes.
wanted klp_cmdline klp_version
published --no-gpg-sign
now
reached agent said commit-unsigned
published -S/srv/author/stranger
now
reached agent said commit-wrongly-signed
assert_gone klp_version
assert_applied klp_cmdline
run 0 klpolicy status -o json
json .agent.commit "$good"
json '.agent.refusedCommit' "$(git rev-parse HEAD)"

# A history that was rewritten is let in by a person alone.
git reset -q --hard HEAD~3
wanted klp_version
git add -A
git commit -q -S -m rewritten
git push -q --force origin main
now
reached agent said history-rewritten
assert_gone klp_version
run 0 klpolicy agent accept "$(git rev-parse HEAD | cut -c 1-12)"
reached agent applied klp_version
await 20 gone klp_cmdline
await 20 sh -c 'klpolicy status -o json | jq -e ".agent.letIn.by"'

# The policies do not validate: the last good ones stay in force.
good=$(git rev-parse HEAD)
sed -i 's/patches:/pathces:/' policies/web.yaml
published -S
now
reached agent said commit-invalid
assert_applied klp_version

# The repository is gone, and the agent is killed: it goes on from what it has.
mv /srv/policies.git /srv/elsewhere.git
killed agent
disable klp_version
rmmod klp_version
start agent klpolicy agent
reached agent applied klp_version
run 0 klpolicy status -o json
json .agent.commit "$good"
json '.agent.syncError | contains("could not be fetched")' true
run 0 klpolicy status -o prometheus
assert_contains "$OUT" "klpolicy_agent_sync_error 1" "commit=\"$good\""
kill -TERM "$(pid agent)"
finished 0 agent
