# title: status and snapshot name the state of every module as the kernel has it
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END

# state MODULE STATE: so say status and snapshot.
state() {
  run 0 klpolicy status lab.yaml -o json
  json "[.patches[] | select(.module == \"$1\") | .state]" "[\"$2\"]"
  run 0 klpolicy snapshot -o json
  json "[.live.patches[] | select(.module == \"$1\") | .state]" "[\"$2\"]"
}

run 0 klpolicy status lab.yaml -o json
json '[.patches[].state] - ["absent"]' '[]'

run 0 klpolicy reconcile lab.yaml
state klp_cmdline applied

foreign a klp_version
disable klp_version
state klp_version resident
run 0 klpolicy status -o json lab.yaml
json '[.patches[] | [.module, .managed]] | sort' '[["klp_cmdline",true],["klp_version",false]]'

insmod "$(ko a lab_target)"
insmod "$(ko a lab_plain)"
hold first
insmod "$(ko a klp_stall)"
state klp_stall enabling
run 0 klpolicy status lab.yaml -o json
json .transition.module klp_stall
json '[.transition.blockers[] | tostring | contains("lab_target")] | any' true
json '.conditions[] | select(.type == "Transitioning") | .status | tostring | ascii_downcase' true
let_go first
await 20 applied klp_stall
state klp_stall applied

hold first
echo 0 > /sys/kernel/livepatch/klp_stall/enabled
state klp_stall disabling
let_go first
await 20 test ! -e /sys/kernel/livepatch/klp_stall
state klp_stall resident

hold first
insmod "$(ko a klp_stall_all)"
state klp_stall_all enabling
state klp_cmdline replacing
let_go first
await 20 applied klp_stall_all
await 20 test ! -e /sys/kernel/livepatch/klp_cmdline
state klp_cmdline resident

# An ordinary module is none of its business.
run 0 klpolicy status lab.yaml -o json
json '[.patches[] | select(.module == "lab_plain" or .module == "lab_target")]' '[]'
