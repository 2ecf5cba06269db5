# title: modules published as xz, zstd and gzip are loaded; digests are of the published files
# briefly: 6.1
. "$LAB_LIBRARY"

store=/var/lib/klpolicy/store
xz=$MODULES/packed/klp_cmdline.ko.xz
zst=$MODULES/packed/klp_version.ko.zst
gzip -c "$(ko a klp_foreign)" > fix.ko
packed() {
  echo "- {name: $1, module: $2, file: $3, sha256: \"$(sha256 "$3")\", replace: false, version: \"1\"}"
}
{
  packed cmdline klp_cmdline "$xz"
  packed version klp_version "$zst"
  packed load klp_foreign fix.ko
} | patches lab.yaml
run 2 klpolicy reconcile lab.yaml --detailed-exitcode -o json
json .result applied
assert_applied klp_cmdline klp_version klp_foreign
assert_shows /proc/cmdline "klp_cmdline build a"
run 0 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.changed, .steps]' '[false,[]]'

# Both digests are recorded, and the store has the file and the module in it.
grep '"intent"' /var/lib/klpolicy/journal.ndjson | grep klp_cmdline > "$OUT"
json '.build | [.sha256, .moduleSHA256]' "[\"$(sha256 "$xz")\",\"$(sha256 "$(ko a klp_cmdline)")\"]"
copy=$store/$(sha256 "$xz")
[ "$(sha256 "$copy/module.ko.xz")" = "$(sha256 "$xz")" ] || fail "the store has another file"
[ "$(sha256 "$copy/module.ko")" = "$(sha256 "$(ko a klp_cmdline)")" ] || fail "another module"

# The store alone brings it back, from the file as it was published.
disable klp_foreign
rm fix.ko
run 0 klpolicy reconcile lab.yaml
assert_applied klp_foreign
{
  packed cmdline klp_cmdline "$xz"
  packed version klp_version "$zst"
} | patches lab.yaml
run 2 klpolicy reconcile lab.yaml --detailed-exitcode
assert_gone klp_foreign
run 2 klpolicy rollback --detailed-exitcode
assert_applied klp_cmdline klp_version klp_foreign

# The digest of the module inside is not the file's, and half a file is none.
patches digest.yaml <<END
- {name: cmdline, module: klp_cmdline_v2, file: half.ko.xz, sha256: "$(sha256 "$xz")", replace: false}
END
head -c 1000 "$xz" > half.ko.xz
run 5 klpolicy plan digest.yaml -o json
json '[.blocked[].reason]' '["digest-mismatch"]'
patches digest.yaml <<END
- {name: cmdline, module: klp_cmdline_v2, file: half.ko.xz, sha256: "$(sha256 half.ko.xz)", replace: false}
END
run 5 klpolicy plan digest.yaml -o json
json '[.blocked[].reason]' '["not-a-module"]'
json '.blocked[0].message | contains("it is cut off in the middle of its xz data")' true
