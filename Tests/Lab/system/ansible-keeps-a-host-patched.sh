# title: from Ansible: first run changed, second not, check mode predicts, failures carry the report
# limit: 1200
. "$LAB_LIBRARY"

equip
program
eval "$("$(dirname "$LAB_LIBRARY")/../ansible.py" "$SCRATCH")"
mkdir policies
cp "$MODULES/a/klp_cmdline.ko" "$MODULES/a/klp_version.ko" "$MODULES/a/klp_fails.ko" policies

# item NAME MODULE: a patch from a file beside the policy.
item() {
  digest=$(sha256sum "policies/$2.ko" | cut -d' ' -f1)
  echo "        - {name: $1, module: $2, file: $2.ko, version: '1', replace: false, sha256: '$digest'}"
}

# wants ITEM...: the policy of the host.
wants() {
  {
    printf 'apiVersion: klpolicy/v1\nkind: Policy\nmetadata: {name: lab}\nspec:\n  kernels:\n'
    printf '    - release: %s\n      patches:\n' "$RELEASE"
    printf '%s\n' "$@"
  } > policies/lab.yaml
}

cat > play.yml <<'END'
- hosts: lab
  become: true
  gather_facts: false
  tasks:
    - klpolicy.livepatch.reconcile:
        src: "{{ playbook_dir }}/policies"
      register: outcome
      ignore_errors: true
    - ansible.builtin.copy:
        content: "{{ outcome | to_json }}"
        dest: "{{ playbook_dir }}/outcome.json"
        mode: "0644"
      delegate_to: localhost
      become: false
      check_mode: false
      diff: false
END

# play [OPTION...]: run it; what the module returned is in outcome.json then.
play() {
  LAB_STEP="ansible-playbook play.yml $*"
  rm -f outcome.json
  ansible-playbook -i "$GUEST_INVENTORY" play.yml "$@" > play.log 2>&1 ||
    fail "ansible-playbook failed: $(cat play.log)"
}

# outcome FILTER VALUE: what it returned has that value.
outcome() {
  found=$(jq -c "$1" outcome.json)
  [ "$found" = "$2" ] || fail "$1 is $found, not $2: $(cat outcome.json)"
}

wants "$(item cmdline klp_cmdline)"
play --check --diff
outcome '[.changed, .failed // false, .result]' '[true,false,"planned"]'
jq -c '[.diff[] | [.after_header, .after]]' outcome.json > predicted
guest 'test ! -e /etc/klpolicy/policies.d/lab.yaml && test ! -e /var/lib/klpolicy/journal.ndjson'
guest_fails 1 'grep klp_cmdline /proc/cmdline'

play --diff
outcome '[.changed, .failed // false, .result]' '[true,false,"applied"]'
[ "$(jq -c '[.diff[] | [.after_header, .after]]' outcome.json)" = "$(cat predicted)" ] ||
  fail "check mode predicted another difference: $(cat predicted) $(cat outcome.json)"
grep -q '^+klp_cmdline applied' play.log || fail "no difference was shown: $(cat play.log)"
guest 'grep klp_cmdline /proc/cmdline'

play
outcome '[.changed, .result, .diff]' '[false,"converged",[]]'

# What is not valid never takes the place of what is.
cp policies/lab.yaml sound.yaml
echo 'kind: Polcy' >> policies/lab.yaml
play
outcome '[.changed, .failed]' '[false,true]'
outcome '.msg | contains("not valid")' true
guest 'grep -q "kind: Policy" /etc/klpolicy/policies.d/lab.yaml && ! grep -q Polcy /etc/klpolicy/policies.d/lab.yaml'
mv sound.yaml policies/lab.yaml

# A patch that fails is undone, and the task has the report.
wants "$(item cmdline klp_cmdline)" "$(item fails klp_fails)"
play
outcome '[.failed, .rc, .result, .report.errors[0].errno]' '[true,4,"restored","ENODEV"]'
guest 'grep klp_cmdline /proc/cmdline'

# One that is blocked fails the task after what could be done was done.
wants "$(item cmdline klp_cmdline)" "$(item version klp_version)" "$(item fails klp_fails)"
play
outcome '[.failed, .rc, .changed, [.blocked[].reason]]' '[true,5,true,["failed-before"]]'
guest 'grep klp_version /proc/version'

# What the repository no longer has goes from the host, its file and its patch.
rm policies/klp_fails.ko
wants "$(item cmdline klp_cmdline)"
play
outcome '[.failed // false, .changed, .result]' '[false,true,"applied"]'
guest_fails 1 'grep klp_version /proc/version'
guest 'test ! -e /etc/klpolicy/policies.d/klp_fails.ko && test -z "$(ls -A /etc/klpolicy | grep -v policies.d)"'

# Holds and the live state, for a maintenance from a playbook.
cat > hold.yml <<'END'
- hosts: lab
  become: true
  gather_facts: false
  tasks:
    - klpolicy.livepatch.hold: {reason: migration}
      register: first
    - klpolicy.livepatch.hold: {reason: migration}
      register: second
    - klpolicy.livepatch.status_info:
      register: held
    - klpolicy.livepatch.hold: {state: absent}
      register: third
    - ansible.builtin.assert:
        that:
          - first.changed and not second.changed and third.changed
          - held.conditions.Held.status == "True"
          - held.conditions.Converged.status == "True"
END
LAB_STEP="ansible-playbook hold.yml"
ansible-playbook -i "$GUEST_INVENTORY" hold.yml > hold.log 2>&1 || fail "$(cat hold.log)"

# A user who is not root and becomes it: the same, in check mode too.
guest 'useradd -m -s /bin/bash ops && mkdir -m 700 /home/ops/.ssh &&
  cp /root/.ssh/authorized_keys /home/ops/.ssh && chown -R ops: /home/ops/.ssh &&
  echo "ops ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/ops'
wants "$(item cmdline klp_cmdline)" "$(item version klp_version)"
play --check --diff -e ansible_user=ops
outcome '[.changed, .failed // false, .result]' '[true,false,"planned"]'
guest_fails 1 'grep klp_version /proc/version'
play -e ansible_user=ops
outcome '[.changed, .failed // false, .result]' '[true,false,"applied"]'
guest 'grep klp_version /proc/version'

# The role, and again: nothing is left to do.
[ -n "$PACKAGE" ] || exit 0
cat > site.yml <<END
- ansible.builtin.import_playbook: klpolicy.livepatch.site
  vars:
    klpolicy_package: $PACKAGE
    klpolicy_policies: $SCRATCH/policies
    klpolicy_config: {labels: {ring: canary}}
END
for expected in 'changed=[1-9]' 'changed=0'; do
  LAB_STEP="ansible-playbook site.yml ($expected)"
  ansible-playbook -i "$GUEST_INVENTORY" site.yml > site.log 2>&1 || fail "$(cat site.log)"
  grep -q "$expected " site.log || fail "not $expected: $(cat site.log)"
done
guest 'systemctl is-enabled klpolicy.timer klpolicy-boot.service'

# What has the host go on by itself: the agent, and the timer again; nothing is left to do either time.
# site OPTION...: the playbook of the role; what it said is in site.log then.
site() {
  LAB_STEP="ansible-playbook site.yml $*"
  ansible-playbook -i "$GUEST_INVENTORY" site.yml -e ansible_user=ops "$@" > site.log 2>&1
}
site -e klpolicy_timer=false && fail "klpolicy_timer was taken"
grep -q 'klpolicy_timer is klpolicy_mode now' site.log || fail "$(cat site.log)"
sed -i 's/{labels: {ring: canary}}/{agent: {source: {directory: \/etc\/klpolicy\/policies.d}, interval: 1h}}/' site.yml
site --check -e klpolicy_mode=agent || fail "$(cat site.log)"
guest 'systemctl is-active klpolicy.timer'
for expected in 'changed=[1-9]' 'changed=0'; do
  site -e klpolicy_mode=agent || fail "$(cat site.log)"
  grep -q "$expected " site.log || fail "not $expected: $(cat site.log)"
done
guest 'systemctl is-active klpolicy-agent.service klpolicy-metrics.timer'
guest 'systemctl is-enabled klpolicy-agent.service klpolicy-boot.service'
guest_fails '3|4' 'systemctl is-active klpolicy.timer'
guest 'klpolicy status -o json | jq -e ".agent.running and .agent.directory == \"/etc/klpolicy/policies.d\""'
site -e klpolicy_mode=none || fail "$(cat site.log)"
guest 'systemctl is-active klpolicy-agent.service'
site -e klpolicy_mode=timer || fail "$(cat site.log)"
guest 'systemctl is-active klpolicy.timer'
guest_fails '3|4' 'systemctl is-active klpolicy-agent.service'
