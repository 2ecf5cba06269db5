# title: with a journal that cannot be read, what should be removed is not told as converged
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 2 klpolicy plan lab.yaml --detailed-exitcode
sed -i '2s/.*/garbage/' /var/lib/klpolicy/journal.ndjson

# klp_cmdline may be ours, and then it goes: nobody can tell.
assert_writes_nothing 5 klpolicy reconcile lab.yaml
assert_contains "$(everything_said)" journal.ndjson

# Nor is one that a newer klpolicy wrote: its line is whole, and is not to be taken out.
sed -i 2d /var/lib/klpolicy/journal.ndjson
line='{"at":"2026-11-20T08:00:00Z","run":"r","boot":"b","event":"reborn","patch":"cmdline"'
sum=$(printf '%s' "$line" | sha256sum | cut -c 1-16)
printf '%s,"sum":"%s"}\n' "$line" "$sum" >> /var/lib/klpolicy/journal.ndjson
assert_writes_nothing 5 klpolicy reconcile lab.yaml
assert_contains "$(everything_said)" "was written by a newer klpolicy"
assert_contains "$(everything_said)" "install the version that wrote it"
run 1 klpolicy hold version --reason "an audit"
assert_contains "$(everything_said)" "was written by a newer klpolicy"
run 0 klpolicy history -o json
json '.runs | length' 1
json '.unread | length' 1
