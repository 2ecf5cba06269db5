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
