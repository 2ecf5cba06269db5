# title: a replace build waits while it would take off what its blocked successor cannot bring back
. "$LAB_LIBRARY"
patches lab.yaml <<END
- $(patch version a klp_version)
END
run 0 klpolicy reconcile lab.yaml
patches lab.yaml <<END
- {name: version, module: klp_version, file: $(ko a klp_version), version: "2",
  replace: false, sha256: "$(sha256 "$(ko b klp_version)")"}
- $(patch all a klp_all)
END
run 5 klpolicy reconcile lab.yaml
assert_applied klp_version
