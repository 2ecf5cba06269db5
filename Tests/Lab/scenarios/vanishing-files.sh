# title: files that come and go while they are read cause no crash and no half-done work
# briefly: 6.1
. "$LAB_LIBRARY"

mkdir repository
patches sound.yaml <<END
- $(patch cmdline a klp_cmdline)
END
cp sound.yaml repository/stays.yaml
sed 's/sound/guest/; s/cmdline/version/g' sound.yaml > guest.yaml
start flicker sh -c 'while :; do
  cp guest.yaml repository/guest.yaml
  rm repository/guest.yaml
  mkdir repository/folder
  rmdir repository/folder
done'
tries=0
while [ $tries -lt 15 ]; do
  run "0|1|5|65" klpolicy plan repository -o json
  if [ $code -eq 1 ] || [ $code -eq 65 ]; then
    [ -s "$ERR" ] || [ -s "$OUT" ] || fail "it does not say why"
  fi
  tries=$((tries + 1))
done
killed flicker
rm -rf repository/guest.yaml repository/folder

# A module that comes and goes, or is half written.
cp "$(ko a klp_cmdline)" module.ko
patches lab.yaml <<END
- {name: cmdline, module: klp_cmdline, file: module.ko, version: "1", replace: false,
  sha256: "$(sha256 module.ko)"}
END
start flicker sh -c "while :; do cp $(ko a klp_cmdline) module.ko; rm module.ko; done"
tries=0
while [ $tries -lt 15 ]; do
  run "0|1|5" klpolicy plan lab.yaml -o json
  if [ $code -eq 5 ]; then
    json '[.blocked[].reason] - ["artefact-missing", "digest-mismatch", "not-a-module",
      "artefact-unreadable"]' '[]'
  fi
  tries=$((tries + 1))
done
run "0|1|5" klpolicy reconcile lab.yaml
killed flicker
if loaded klp_cmdline; then
  assert_applied klp_cmdline
fi
