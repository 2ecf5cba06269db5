# title: a clock that ran backwards, or is not synchronised, defers what goes by the time and nothing else
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml 'maintenance: {windows: [{start: "00:00", duration: 24h}]}' <<END
- $(patch cmdline a klp_cmdline)
END
unsure_clock 2026-11-24T12:00:00Z
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[].reason]' '["clock-untrusted"]'
clock 2026-11-24T12:00:00Z
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json

patches lab.yaml 'maintenance: {windows: [{start: "00:00", duration: 24h}]}' <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
clock 2026-11-24T11:00:00Z
assert_writes_nothing 3 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json '[.deferred[] | [.patch, .reason]]' '[["version","clock-untrusted"]]'
assert_applied klp_cmdline

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch version a klp_version)
END
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
assert_applied klp_version
