# title: a run that is interrupted before its first change says so, and not that all is fine
# briefly: 6.1
. "$LAB_LIBRARY"

journal=/var/lib/klpolicy/journal.ndjson
patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END

# Let on in slices until the journal is there, of which only the beginning is written then.
round=0
while [ $round -lt 10 ]; do
  round=$((round + 1))
  rm -f $journal
  start works klpolicy reconcile lab.yaml -o json
  until [ -e $journal ]; do
    kill -CONT "$(pid works)"
    usleep 300
    kill -STOP "$(pid works)"
  done
  kill -TERM "$(pid works)"
  kill -CONT "$(pid works)"
  finished "143|0|4" works
  if ! loaded klp_cmdline && [ $code != 143 ]; then
    lab_show
    fail "nothing was changed, and the exit status is $code"
  fi
  # Otherwise too late: it had begun, and went on.
  if loaded klp_cmdline; then
    disable klp_cmdline
    rmmod klp_cmdline
  fi
done
