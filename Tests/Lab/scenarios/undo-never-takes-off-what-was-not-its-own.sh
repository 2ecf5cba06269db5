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
start works klpolicy reconcile lab.yaml -o json
reached works test ! -e /sys/module/klp_all
# From here on nothing stalls: the transition of the klp_all that comes back completes.
await 20 test -e /sys/module/klp_all
let_go first
finished "4|6" works
assert_applied klp_foreign klp_version
