# title: what a replace build took off comes back when the build in its place fails
. "$LAB_LIBRARY"
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
sed 's/mod_unload/mod_unlobd/' "$(ko b klp_version)" > bad.ko; chmod 644 bad.ko
patches lab.yaml <<END
- {name: version, module: klp_version, file: bad.ko, version: "2", replace: false, sha256: "$(sha256 bad.ko)"}
- $(patch all a klp_all)
END
run "0|4|5|6" klpolicy reconcile lab.yaml
assert_applied klp_version
