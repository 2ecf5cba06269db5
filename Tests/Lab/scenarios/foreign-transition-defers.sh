# title: while somebody else's transition runs, the work is deferred and nothing is written
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
insmod "$(ko a klp_stall)"
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run 3 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.patch, .reason]]' '[["cmdline","transition-in-progress"]]'
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result deferred
run 0 klpolicy reconcile lab.yaml
assert_gone klp_cmdline

let_go first
await 20 applied klp_stall
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline klp_stall
