# title: a report that cannot be written does not make a changed host look unchanged
. "$LAB_LIBRARY"

# 1 is an error before any change, so it is not for these.
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
run "0|2|4|6" sh -c 'klpolicy reconcile lab.yaml -o json > /dev/full'
assert_applied klp_cmdline
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
- $(patch fails a klp_fails)
END
run "4|6" sh -c 'klpolicy reconcile lab.yaml -o json > /dev/full'
# What failed is not tried again, unless somebody says so.
run 0 klpolicy resume fails
run "4|6" sh -c 'klpolicy reconcile lab.yaml -o json >&-'
run 0 klpolicy resume fails
run "4|6" sh -c 'klpolicy reconcile lab.yaml -o json <&- >&- 2>&-'
