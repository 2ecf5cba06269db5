# title: where the kernel loads no more modules, that is said and nothing is tried
# boot: own
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
echo 1 > /proc/sys/kernel/modules_disabled
run 0 klpolicy snapshot -o json
json .host.kernel.modulesDisabled true
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.patch, .reason]]' '[["cmdline","modules-disabled"]]'
