# title: a cut of power while a build is being loaded or on probation keeps it off until resume; one after it, and a reboot in order, do not
# briefly: 6.1
# disk: 64
# limit: 900
. "$LAB_LIBRARY"

applied_after_boot() {
  run "$1" klpolicy reconcile . --boot -o json
  json .trigger boot
}

case $BOOT in
  1)
    patches lab.yaml "safety: {probation: 10h}" <<END
- $(patch cmdline a klp_cmdline)
END
    patches other.yaml "safety: {probation: 1s}" <<END
- $(patch version a klp_version)
END
    run 0 klpolicy reconcile .
    assert_applied klp_cmdline klp_version
    sleep 2
    cut_power ;;
  2)
    # One was on probation, the other was through it.
    assert_gone klp_cmdline klp_version
    run 5 klpolicy plan . -o json
    json '[.blocked[] | [.patch, .reason]]' '[["cmdline","crash-guard"]]'
    json_holds '.blocked[0].message | contains("on probation") and contains("klpolicy resume cmdline")'
    applied_after_boot 5
    assert_applied klp_version
    assert_gone klp_cmdline
    run 5 klpolicy reconcile .
    assert_gone klp_cmdline
    run 0 klpolicy history -o json
    json '[.runs[] | .result]' '["blocked","applied"]'
    json .unread '[]'
    run 0 klpolicy resume cmdline
    run 0 klpolicy reconcile .
    assert_applied klp_cmdline klp_version
    restart ;;
  3)
    # In order: everything comes back.
    applied_after_boot 0
    json .result applied
    assert_applied klp_cmdline klp_version
    assert_writes_nothing 0 klpolicy reconcile . --boot
    run 0 klpolicy mark-shutdown
    # The journal is due to go on in a new file when the next run opens it.
    run 0 klpolicy hold pad --reason "$(head -c 1000 /dev/zero | tr '\0' x)"
    run 0 klpolicy resume pad
    words=$(tail -n 2 /var/lib/klpolicy/journal.ndjson)
    n=0
    while [ $n -lt 120 ]; do
      echo "$words"
      n=$((n + 1))
    done >> /var/lib/klpolicy/journal.ndjson
    # Now a load that takes its time, and the end comes in it, with a line half written.
    patches slow.yaml <<END
- $(patch slow a klp_slow)
END
    start load klpolicy reconcile .
    reached load grep '^klp_slow .* Loading' /proc/modules
    printf '{"at":"2026-11-2' >> /var/lib/klpolicy/journal.ndjson
    sync
    cut_power ;;
  4)
    run 0 klpolicy status . -o json
    assert_contains "$ERR" torn-journal
    [ -e /var/lib/klpolicy/journal.1.ndjson ] || fail "the journal goes on in no new file"
    # The first to write after it is a person, who knows of nothing.
    run 0 klpolicy hold version --reason audit
    run 0 klpolicy resume version
    run 0 klpolicy status . -o json
    json '[.failures[] | [.patch, .cause]]' '[["cmdline","crashed"],["slow","crashed"]]'
    applied_after_boot 5
    run 5 klpolicy plan . -o json
    json '[.blocked[] | [.patch, .reason]]' '[["cmdline","crash-guard"],["slow","crash-guard"]]'
    json_holds '.blocked[1].message | contains("while klp_slow was being loaded")'
    assert_applied klp_version
    assert_gone klp_cmdline klp_slow
    assert_writes_nothing 5 klpolicy reconcile .
    # It is nobody's end in order, and still no other builds' fault.
    rm slow.yaml
    run 0 klpolicy resume cmdline
    run 0 klpolicy reconcile .
    assert_applied klp_cmdline klp_version
    restart klpolicy=off ;;
  5)
    assert_writes_nothing 5 klpolicy reconcile . --boot -o json
    json '[.blocked[] | .reason] | unique' '["disabled-by-command-line"]'
    assert_writes_nothing 5 klpolicy reconcile .
    assert_gone klp_cmdline klp_version
    cut_power ;;
  6)
    # Nothing was on probation in that boot.
    applied_after_boot 0
    assert_applied klp_cmdline klp_version
    run 0 klpolicy history -o json
    json .unread '[]' ;;
esac
