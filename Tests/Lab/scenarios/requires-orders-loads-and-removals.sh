# title: a required patch is loaded before, and removed after, the one that requires it
. "$LAB_LIBRARY"

kernel_log > /dev/null
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline "requires: [version]")
- $(patch version a klp_version)
END
run 0 klpolicy plan lab.yaml -o json
json '[.steps[] | select(.action == "load") | .module]' '["klp_version","klp_cmdline"]'
json '[.steps[].group] | unique | length' 1
run 0 klpolicy reconcile lab.yaml
assert_applied klp_version klp_cmdline
kernel_log > "$SCRATCH/log"
in_order "$SCRATCH/log" "'klp_version': patching complete" "enabling patch 'klp_cmdline'"

patches lab.yaml <<END
- {name: version, state: absent}
- {name: cmdline, state: absent}
END
run 0 klpolicy reconcile lab.yaml -o json
json '[.steps[] | select(.action == "disable") | .module]' '["klp_cmdline","klp_version"]'
assert_gone klp_cmdline klp_version
kernel_log > "$SCRATCH/log"
in_order "$SCRATCH/log" "'klp_cmdline': unpatching complete" \
  "'klp_version': starting unpatching"
