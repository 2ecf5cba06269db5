# title: an artefact that is not what the policy says is blocked, with its own reason
# briefly: 6.1
. "$LAB_LIBRARY"

echo "no module" > text.ko
head -c 5000 "$(ko a klp_version)" > half.ko

# blocked REASON: so says reconcile of lab.yaml (standard input), and nothing happens.
blocked() {
  patches lab.yaml
  assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
  json .result blocked
  json '[.blocked[].reason]' "[\"$1\"]"
  json '[.steps, .changed]' '[[],false]'
}

wrong_digest="{name: digest, module: klp_cmdline, file: $(ko a klp_cmdline), version: \"1\",
  replace: false, sha256: \"$(sha256 "$(ko b klp_cmdline)")\"}"
other_kernel=$(patch other other klp_version)
no_module="{name: text, module: klp_text, file: text.ko, version: \"1\", replace: false,
  sha256: \"$(sha256 text.ko)\"}"
half_a_module="{name: half, module: klp_half, file: half.ko, version: \"1\", replace: false,
  sha256: \"$(sha256 half.ko)\"}"
no_livepatch=$(patch plain a lab_plain)
missing="{name: missing, module: klp_missing, file: missing.ko, version: \"1\", replace: false,
  sha256: \"$(sha256 text.ko)\"}"

echo "- $wrong_digest" | blocked digest-mismatch
echo "- $other_kernel" | blocked incompatible-vermagic
echo "- $no_module" | blocked not-a-module
echo "- $half_a_module" | blocked not-a-module
echo "- $no_livepatch" | blocked not-a-livepatch
echo "- $missing" | blocked artefact-missing

# All at once: all of them are told.
patches lab.yaml <<END
- $wrong_digest
- $other_kernel
- $no_module
- $no_livepatch
- $missing
END
assert_writes_nothing 5 klpolicy reconcile lab.yaml -o json
json '[.blocked[] | [.patch, .reason]] | sort' "$(echo '[["digest","digest-mismatch"],
  ["missing","artefact-missing"],["other","incompatible-vermagic"],["plain","not-a-livepatch"],
  ["text","not-a-module"]]' | jq -c .)"
