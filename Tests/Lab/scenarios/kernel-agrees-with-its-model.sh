# title: whatever is done to live patches, in whatever order, the kernel answers and shows what the model says
# boot: own
# tool: KernelWalk
# modules: kernel
# limit: 900
# program: none
# prints: always
. "$LAB_LIBRARY"

KernelWalk "$MODULES" "$SCRATCH" 1 "$(at_length 50 1000)" "$(at_length 8 12)" || fail "see above"
