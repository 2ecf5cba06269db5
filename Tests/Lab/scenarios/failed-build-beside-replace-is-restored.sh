# title: what a replace build took off comes back when the build in its place fails
. "$LAB_LIBRARY"
insmod "$(ko a lab_target)"
patches lab.yaml <<END
- $(patch fix a klp_stall)
END
run 0 klpolicy reconcile lab.yaml
# Nobody sees beforehand that its init will fail.
sed 's/klp_fails/klp_stall/g' "$(ko a klp_fails)" > bad.ko; chmod 644 bad.ko
patches lab.yaml <<END
- {name: fix, module: klp_stall, file: bad.ko, version: "2", replace: false, sha256: "$(sha256 bad.ko)"}
- $(patch all a klp_all)
END
run "4|6" klpolicy reconcile lab.yaml -o json
json '[.errors[] | .errno] | index("ENODEV") != null' true
assert_applied klp_stall
