# title: all errors of all files are shown at once, with file, line and a remedy
. "$LAB_LIBRARY"

mkdir repository
policy repository/one.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: one}
spec:
  prioritty: 1
  kernels:
    - release: $(release)
      patches:
        - {name: cmdline, module: klp_cmdline, file: x.ko, sha256: "123", replace: false}
END
policy repository/two.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: two}
spec:
  priority: high
  priority: 2
END
policy repository/three.yaml <<END
apiVersion: klpolicy/v1
kind: Policy
metadata: {name: three
END
patches repository/sound.yaml <<END
- $(patch version a klp_version)
END
for command in validate plan reconcile; do
  assert_writes_nothing 65 klpolicy $command repository
  assert_contains "$(everything_said)" one.yaml:5: one.yaml:9: two.yaml:5: two.yaml:6: three.yaml: \
    prioritty
done
assert_gone klp_version
