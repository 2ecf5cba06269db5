# title: a policy is for the hosts that it selects, by name and by the labels of their configuration
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml "hosts: {hostname: [\"*\"], labels: {tier: web}, architecture: [x86_64]}" <<END
- $(patch cmdline a klp_cmdline)
END
assert_writes_nothing 0 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result converged
json .policies '[]'

mkdir -p /etc/klpolicy
printf 'labels:\n  tier: web\n' > /etc/klpolicy/config.yaml
chmod 600 /etc/klpolicy/config.yaml
run 0 klpolicy snapshot
json .host.labels '{"tier":"web"}'

# Without the right to read the labels it is not known whether the policy is for this host.
as_nobody 0 "klpolicy plan $PWD/lab.yaml -o json"
json '.warnings | map(.code) | index("unverified") != null' true
json '.steps' '[]'

# Broken, it is no host without labels: nothing is changed on a guess.
printf 'labels:\n  tier: [web]\n' > /etc/klpolicy/config.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '.blocked[0].reason' unverified
assert_contains "$ERR" "/etc/klpolicy/config.yaml:2:9"

printf 'labels:\n  tier: web\n' > /etc/klpolicy/config.yaml
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline

# What others could write is not believed.
chmod 666 /etc/klpolicy/config.yaml
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
chmod 600 /etc/klpolicy/config.yaml

# The host is another's now: the policy that loaded it is given, selects the host no more, and its
# patch is no longer wanted here.
printf 'labels:\n  tier: db\n' > /etc/klpolicy/config.yaml
run 5 klpolicy reconcile lab.yaml -o json
json '.blocked[0].reason' empty-desired-set
run 0 klpolicy reconcile lab.yaml --allow-empty
assert_gone klp_cmdline
