# title: a build that could not be restored is not taken off for another of the same name
. "$LAB_LIBRARY"

foreign a klp_cmdline
patches lab.yaml <<END
- $(patch cmdline b klp_cmdline)
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.module, .reason]]' '[["klp_cmdline","no-way-back"]]'
assert_shows /proc/cmdline "klp_cmdline build a"
