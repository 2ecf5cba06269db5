# title: outside its window nothing is changed or written, and it is said when it opens; inside it applies
. "$LAB_LIBRARY"

patches lab.yaml 'maintenance: {windows: [{name: nightly, start: "22:00", duration: 2h}]}' <<END
- $(patch cmdline a klp_cmdline)
END
clock 2026-11-24T12:00:00Z
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result deferred
json '[.deferred[] | [.reason, .until]]' '[["outside-window","2026-11-24T22:00:00Z"]]'
run 2 klpolicy plan lab.yaml --at 2026-11-24T22:00:00Z --detailed-exitcode -o json
run 64 klpolicy plan lab.yaml --at soon
assert_gone klp_cmdline

# Two deadlines of a minute do not fit any more.
clock 2026-11-24T23:59:00Z
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.reason, .until]]' '[["window-too-short","2026-11-25T22:00:00Z"]]'

clock 2026-11-25T22:00:00Z
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
assert_applied klp_cmdline
