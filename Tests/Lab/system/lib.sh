# What scenarios of the full guest are written with; they run on this machine, as sh, and act on the
# guest by ssh. Source it first: it boots the guest and waits for it.   . "$LAB_LIBRARY"
#
# In the environment: SCRATCH (an empty folder, where a scenario starts), MODULES (a/*.ko, b/*.ko),
# RELEASE (the guest's kernel), KLPOLICY and PACKAGE (the program and its package, if there are any),
# GUEST_INVENTORY (for Ansible), GUEST_PORT, GUEST_KEY.

set -eu
umask 022
LAB_STEP="the first step"

system_ended() {
  code=$?
  [ $code -eq 0 ] || echo "status $code, at: $LAB_STEP"
}
trap system_ended EXIT

# fail WORD...: end the scenario, saying why.
fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# guest_is_off: the machine has ended (or is no more than the remains of a process).
guest_is_off() {
  case $(sed 's/.*) //; s/ .*//' "/proc/$(cat "$GUEST/pid")/stat" 2>/dev/null) in
    '' | Z) true ;;
    *) false ;;
  esac
}

# power_on [WORD...]: boot, with WORDs on the kernel's command line, until ssh answers.
power_on() {
  LAB_STEP="booting the guest${*:+ with $*}"
  "$GUEST/power" "$@" > "$GUEST/qemu" 2>&1 < /dev/null &
  echo $! > "$GUEST/pid"
  tries=300
  until "$GUEST/ssh" -fNM < /dev/null > /dev/null 2>> "$GUEST/ssh.log"; do
    tries=$((tries - 1))
    if guest_is_off; then fail "the machine ended: $(cat "$GUEST/qemu")"; fi
    [ $tries -gt 0 ] || fail "the guest does not answer to ssh"
    sleep 0.5
  done
}

# guest COMMAND...: run it in the guest, by its shell, as ssh does: it must succeed.
guest() {
  LAB_STEP="guest $*"
  code=0
  "$GUEST/ssh" "$@" < /dev/null || code=$?
  [ $code -eq 0 ] || fail "exit status $code: guest $*"
}

# guest_fails STATUS COMMAND...: the same, and it must end with STATUS, or one of several: "1|65".
guest_fails() {
  expected=$1
  shift
  LAB_STEP="guest_fails $expected $*"
  code=0
  "$GUEST/ssh" "$@" < /dev/null || code=$?
  case "|$expected|" in
    *"|$code|"*) ;;
    *) fail "exit status $code, not $expected: guest $*" ;;
  esac
}

# in_guest: run standard input in the guest as a script with the words of guest/lib.sh; it starts in
# /etc/klpolicy/policies.d. `equip` has to have been there.
in_guest() {
  LAB_STEP="a script in the guest"
  code=0
  {
    echo 'SCRATCH=/lab/scratch MODULES=/lab/modules POLICIES=/etc/klpolicy/policies.d'
    echo 'export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    echo '. /lab/guest/lib.sh; mkdir -p "$POLICIES"; cd "$POLICIES"'
    cat
  } > "$SCRATCH/script"
  "$GUEST/ssh" sh -s < "$SCRATCH/script" || code=$?
  [ $code -eq 0 ] || fail "exit status $code of the script in the guest"
}

# copy FROM... TO: files and folders of this machine to a folder of the guest that is made if need be.
copy() {
  LAB_STEP="copy $*"
  from=
  while [ $# -gt 1 ]; do
    from="$from $1"
    shift
  done
  for path in $from; do
    tar -C "$(dirname "$path")" --owner=root --group=root --mode=go-w -cf - "$(basename "$path")"
  done | "$GUEST/ssh" "mkdir -p '$1' && tar -C '$1' --ignore-zeros -xf -" || fail "copy to $1"
}

# equip: the lab's modules, and the words of guest/lib.sh for `in_guest`.
equip() {
  copy "$MODULES/a" "$MODULES/b" /lab/modules
  copy "$(dirname "$LAB_LIBRARY")/../guest/lib.sh" /lab/guest
  guest 'mkdir -p /lab/scratch'
}

# program: klpolicy alone, without its package.
program() {
  [ -n "$KLPOLICY" ] || fail "there is no klpolicy to try"
  copy "$KLPOLICY" /usr/sbin
  # A debug build has Swift's own libraries beside it.
  libraries=$(ldd "$KLPOLICY" | awk '$3 ~ /swift/ { print $3 }')
  if [ -n "$libraries" ]; then
    copy $libraries /usr/local/lib
    guest ldconfig
  fi
}

# install_package [FILE]: install klpolicy's package, as apt does.
install_package() {
  file=${1:-$PACKAGE}
  [ -n "$file" ] || fail "there is no package to try"
  copy "$file" /lab/packages
  guest "DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0 install" \
    "'/lab/packages/$(basename "$file")'"
}

# power_off: tell the guest to go down, and wait until it has.
power_off() {
  LAB_STEP="the guest going down"
  "$GUEST/ssh" systemctl poweroff < /dev/null > /dev/null 2>&1 || true
  tries=240
  until guest_is_off; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "the guest does not go down"
    sleep 0.5
  done
  wait "$(cat "$GUEST/pid")" 2> /dev/null || true
}

# reboot [WORD...]: in order, with WORDs on the kernel's command line.
reboot() {
  power_off
  power_on "$@"
}

# cut_power: end the machine as it is; `power_on` boots it again.
cut_power() {
  LAB_STEP="cutting the power"
  kill -9 "$(cat "$GUEST/pid")"
  until guest_is_off; do sleep 0.1; done
  # Its last thread takes the lock on the disk with it.
  wait "$(cat "$GUEST/pid")" 2> /dev/null || true
}

# await SECONDS COMMAND...: until the command, of this machine, succeeds.
await() {
  tries=$(($1 * 2))
  shift
  LAB_STEP="waiting for: $*"
  until ("$@") > /dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "waited in vain for: $*"
    sleep 0.5
  done
}

power_on
