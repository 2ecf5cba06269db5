# title: metrics and OpenVEX say what applied patches fix, and no more once they are gone
# briefly: 6.1
. "$LAB_LIBRARY"

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline "fixes: [CVE-2026-0001, CVE-2026-0002]")
END
purl="pkg:deb/debian/linux-image-$(uname -r)@1?arch=amd64"
run 0 klpolicy vex lab.yaml --product "$purl"
json .statements '[]'
run 0 klpolicy status lab.yaml -o prometheus
grep -qx 'klpolicy_converged 0' "$OUT" || fail "a host without its patch is called converged"
grep -qx 'klpolicy_pending_steps{action="load"} 1' "$OUT" || fail "no pending load"

run 0 klpolicy reconcile lab.yaml
run 0 klpolicy vex lab.yaml --product "$purl" --author ops
json '[.statements[] | [.vulnerability.name, .status, .products[0]["@id"]]]' \
  "[[\"CVE-2026-0001\",\"fixed\",\"$purl\"],[\"CVE-2026-0002\",\"fixed\",\"$purl\"]]"
json .author ops
run 0 klpolicy status lab.yaml --textfile "$SCRATCH/klpolicy.prom"
[ ! -s "$OUT" ] || fail "--textfile printed something"
grep -qx 'klpolicy_converged 1' "$SCRATCH/klpolicy.prom" || fail "not converged"
grep -qx 'klpolicy_vulnerability_fixed{cve="CVE-2026-0002",module="klp_cmdline"} 1' \
  "$SCRATCH/klpolicy.prom" || fail "the fix is not told"

# Taken off by hand: nothing is said to be fixed any more.
echo 0 > /sys/kernel/livepatch/klp_cmdline/enabled
run 0 klpolicy vex lab.yaml --product "$purl"
json .statements '[]'

# Policies that cannot be used are an alert, and no reason to say nothing.
echo "kind: Nothing" | policy lab.yaml
run 65 klpolicy status lab.yaml --textfile "$SCRATCH/klpolicy.prom"
grep -qx 'klpolicy_policies_valid 0' "$SCRATCH/klpolicy.prom" || fail "not told that it is invalid"
