# title: as root, a policy that somebody else could change is refused
# briefly: 6.1
. "$LAB_LIBRARY"

# refused PATH: neither plan nor reconcile takes it, and they name what is wrong.
refused() {
  for command in plan reconcile; do
    run "1|65" klpolicy $command "$1"
    assert_contains "$(everything_said)" "$(basename "$1")"
  done
  assert_gone klp_cmdline
}

patches lab.yaml <<END
- $(patch cmdline a klp_cmdline)
END
chown nobody lab.yaml
refused lab.yaml
chown root lab.yaml
chmod 666 lab.yaml
refused lab.yaml
chmod 664 lab.yaml
refused lab.yaml
chmod 644 lab.yaml

mkdir open
cp lab.yaml open/
chmod 777 open
refused open/lab.yaml
refused open
chmod 755 open
chown nobody open
refused open/lab.yaml

# A sticky folder of root's is no obstacle: nobody else can change what root has there.
mkdir /tmp/policies
cp lab.yaml /tmp/policies/
run 0 klpolicy plan /tmp/policies/lab.yaml
run 0 klpolicy reconcile lab.yaml
assert_applied klp_cmdline
