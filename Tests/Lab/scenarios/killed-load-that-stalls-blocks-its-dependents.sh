# title: what requires a patch is not loaded when that patch's killed load stalls and is undone
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
hold first
patches lab.yaml "safety: {transition: {deadline: 3s}}" <<END
- $(patch stall a klp_stall)
- $(patch version a klp_version "requires: [stall]")
END
start works klpolicy reconcile lab.yaml
reached works in_transition klp_stall
killed works

run 4 klpolicy reconcile lab.yaml -o json
json .result restored
assert_gone klp_stall klp_version
