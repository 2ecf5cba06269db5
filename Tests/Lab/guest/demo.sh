# What `lab demo` shows: klpolicy at work on this kernel, for somebody who has never seen it.
. "$LAB_LIBRARY"

tell() {
  echo
  for line; do echo "$line"; done
}

# shown STATUS COMMAND...: a command as a person would type it, and what it says.
shown() {
  expected=$1
  shift
  echo
  echo "# $*"
  code=0
  "$@" 2>&1 < /dev/null || code=$?
  [ $code -eq "$expected" ] || fail "exit status $code, not $expected"
}

cd "$POLICIES"
patches demo.yaml <<END
- name: cmdline
  module: klp_cmdline
  file: $(ko a klp_cmdline)
  sha256: "$(sha256 "$(ko a klp_cmdline)")"
  version: "1"
  replace: false
  fixes: [CVE-2026-0001]
  severity: high
END

tell "This is Linux $(release), just booted, with no live patch." \
  "The function that writes /proc/cmdline has a flaw, let us say:"
shown 0 cat /proc/cmdline
tell "A policy says which live patches this kernel is to have. A person writes it, Git keeps it:"
shown 0 cat demo.yaml
tell "What would be done?"
shown 0 klpolicy plan demo.yaml
tell "Do it:"
shown 0 klpolicy reconcile demo.yaml
tell "What is there now?"
shown 0 klpolicy status demo.yaml
tell "The kernel runs the patched function, without a reboot:"
shown 0 cat /proc/cmdline
assert_shows /proc/cmdline "klp_cmdline build a"
tell "Once more: everything is as the policy says, so nothing is done and nothing is written."
shown 0 klpolicy reconcile demo.yaml
echo
