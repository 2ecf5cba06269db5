# title: an undo that brings a cumulative patch back takes off no foreign and no verified one
. "$LAB_LIBRARY"

insmod "$(ko a lab_target)"
patches lab.yaml "safety: {transition: {deadline: 4s}}" <<END
- $(patch all a klp_all "requires: [stall]")
- $(patch stall a klp_stall)
END
run 0 klpolicy reconcile lab.yaml
foreign a klp_foreign

# klp_version goes on and is verified; klp_all goes; klp_stall does not, so klp_all comes back.
hold first
patches lab.yaml "safety: {transition: {deadline: 4s}}" <<END
- $(patch version a klp_version)
- {name: all, state: absent}
- {name: stall, state: absent}
END
# Bringing klp_all back would take the foreign one off: that is said before, and not done.
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_all" and .action == "unload") | .reversible]' '[false]'
run 6 klpolicy reconcile lab.yaml -o json
json .result failed
assert_applied klp_foreign klp_version klp_stall
assert_gone klp_all
