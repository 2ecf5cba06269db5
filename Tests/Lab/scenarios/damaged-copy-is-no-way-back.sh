# title: a build whose stored copy is damaged is not promised to come back, and not taken off
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- $(patch cmdline b klp_cmdline)
END
echo x >> "/var/lib/klpolicy/store/$(sha256 "$(ko a klp_cmdline)")/module.ko"

# The plan tells what reconcile does, and what is blocked writes nothing.
run 5 klpolicy plan lab.yaml -o json
json '[.blocked[] | [.module, .reason]]' '[["klp_cmdline","no-way-back"]]'
assert_writes_nothing 5 klpolicy reconcile lab.yaml
assert_shows /proc/cmdline "klp_cmdline build a"
