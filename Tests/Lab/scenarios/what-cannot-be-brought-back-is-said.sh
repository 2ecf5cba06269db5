# title: each step that takes off what nobody can load again says that it cannot be undone
. "$LAB_LIBRARY"

foreign a klp_foreign
patches lab.yaml "unmanaged: remove" <<END
- $(patch all a klp_all)
- $(patch fails a klp_fails "requires: [all]")
END
run 2 klpolicy plan lab.yaml --detailed-exitcode -o json
json '[.steps[] | select(.module == "klp_foreign" and .action == "unload") | .reversible]' '[false]'
# The last one fails, and indeed there is no way back.
run 6 klpolicy reconcile lab.yaml -o json
json .result failed
