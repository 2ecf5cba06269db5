# What scenarios are written with. Source it first: . "$LAB_LIBRARY"
#
# POSIX sh, since busybox runs it in the guest and dash on a machine without a guest.
# In the environment: POLICIES (a folder that root owns, where a scenario starts), SCRATCH (a
# folder for its own notes, outside of what `fingerprint` looks at) and MODULES.

set -eu
umask 022

OUT=$SCRATCH/stdout
ERR=$SCRATCH/stderr
LAB_STEP="the first step"

lab_ended() {
  code=$?
  case $code in 0 | 80 | 81 | 82) ;; *) echo "status $code, at: $LAB_STEP" ;; esac
}
trap lab_ended EXIT

# fail WORD...: end the scenario, saying why.
fail() {
  echo "FAILED: $*"
  exit 1
}

# skip WORD...: end a scenario of the "boot: none" kind that this machine cannot show.
skip() {
  echo "skipped: $*"
  exit 80
}

# release: the running kernel's.
release() { uname -r; }

# sha256 FILE
sha256() { sha256sum "$1" | cut -d ' ' -f 1; }

# ko BUILD MODULE: the path of a module; builds are a, b and other (another kernel's).
ko() { echo "$MODULES/$1/$2.ko"; }

# patch NAME BUILD MODULE [FIELD...]: a patch of a policy, in one line. FIELD is "key: value".
patch() {
  name=$1 file=$(ko "$2" "$3") module=$3
  shift 3
  case $module in *_all) replace=true ;; *) replace=false ;; esac
  fields="name: $name, module: $module, file: $file, sha256: \"$(sha256 "$file")\""
  case " $* " in *" replace: "*) ;; *) fields="$fields, replace: $replace" ;; esac
  case " $* " in *" version: "*) ;; *) fields="$fields, version: \"1\"" ;; esac
  for field; do fields="$fields, $field"; done
  echo "{$fields}"
}

# policy FILE: write standard input as a policy file, as root would.
policy() {
  mkdir -p "$(dirname "$1")"
  cat > "$1"
  chmod 644 "$1"
  # Before the power can fail.
  [ -z "${BOOT:-}" ] || sync
}

# patches FILE [LINE...]: a policy for this kernel release, named after the file. Standard input:
# the items of `patches`; each LINE is one more line of `spec`, such as "unmanaged: remove".
patches() {
  file=$1
  shift
  {
    echo "apiVersion: klpolicy/v1"
    echo "kind: Policy"
    echo "metadata: {name: $(basename "$file" .yaml)}"
    echo "spec:"
    for line; do echo "  $line"; done
    echo "  kernels:"
    echo "    - release: $(release)"
    items=$(cat)
    if [ -z "$items" ]; then
      echo "      patches: []"
    else
      echo "      patches:"
      echo "$items" | sed 's/^/        /'
    fi
  } | policy "$file"
}

lab_show() {
  echo "  stdout:"
  head -c 6000 "$OUT" | sed 's/^/    /'
  echo "  stderr:"
  head -c 6000 "$ERR" | sed 's/^/    /'
}

# run STATUS COMMAND...: run it and demand its exit status (or one of several: "1|65").
# Its output is left in the files $OUT and $ERR.
run() {
  expected=$1
  shift
  LAB_STEP="$*"
  code=0
  "$@" > "$OUT" 2> "$ERR" < /dev/null || code=$?
  case "|$expected|" in
    *"|$code|"*) ;;
    *)
      echo "FAILED: exit status $code, not $expected: $*"
      lab_show
      exit 1 ;;
  esac
}

# as_nobody STATUS COMMAND...: the same without privileges.
as_nobody() {
  expected=$1
  shift
  run "$expected" su nobody -s /bin/sh -c "$*"
}

# json FILTER EXPECTED: what jq says of $OUT; strings raw, anything else in compact form.
json() {
  LAB_STEP="json $1"
  if ! actual=$(jq -rc "$1" "$OUT" 2>&1); then
    echo "FAILED: no JSON for $1: $actual"
    lab_show
    exit 1
  fi
  if [ "$actual" != "$2" ]; then
    echo "FAILED: $1 is '$actual', not '$2'"
    lab_show
    exit 1
  fi
}

# json_holds FILTER: jq says true of $OUT.
json_holds() { json "$1" true; }

# assert_contains FILE TEXT...: each TEXT is somewhere in FILE.
assert_contains() {
  file=$1
  shift
  for text; do
    LAB_STEP="$file contains '$text'"
    grep -qF -e "$text" "$file" || {
      echo "FAILED: '$text' is not in $file:"
      sed 's/^/    /' "$file"
      exit 1
    }
  done
}

# assert_same WHAT FILE FILE: both files hold the same.
assert_same() {
  LAB_STEP="$1 stays the same"
  cmp -s "$2" "$3" || {
    echo "FAILED: $1 changed:"
    diff "$2" "$3" | grep '^[-+]' | head -n 30 | sed 's/^/    /'
    exit 1
  }
}

# await SECONDS COMMAND...: until the command succeeds.
await() {
  tries=$(($1 * 10))
  shift
  LAB_STEP="waiting for: $*"
  until "$@" > /dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "waited in vain for: $*"
    sleep 0.1
  done
}

# shows FILE TEXT: the behaviour of a patch, such as `shows /proc/cmdline "klp_cmdline build a"`.
shows() { grep -qF -e "$2" "$1"; }

assert_shows() {
  LAB_STEP="$1 shows '$2'"
  shows "$1" "$2" || fail "$1 shows '$(cat "$1")', not '$2'"
}

assert_unpatched() {
  for file; do
    LAB_STEP="$file is unpatched"
    ! shows "$file" klp_ || fail "$file is patched: $(cat "$file")"
  done
}

# loaded MODULE: it is in memory, whatever it does there.
loaded() { grep -q "^$1 " /proc/modules; }

# applied MODULE: the kernel says that the live patch is on and its transition over.
applied() {
  [ "$(cat "/sys/kernel/livepatch/$1/enabled" 2>&1)" = 1 ] &&
    [ "$(cat "/sys/kernel/livepatch/$1/transition" 2>&1)" = 0 ]
}

# in_transition MODULE
in_transition() { [ "$(cat "/sys/kernel/livepatch/$1/transition" 2>&1)" = 1 ]; }

assert_applied() {
  for module; do
    LAB_STEP="$module is applied"
    applied "$module" || fail "$module is not applied"
  done
}

assert_loaded() {
  for module; do
    LAB_STEP="$module is loaded"
    loaded "$module" || fail "$module is not loaded"
  done
}

# gone MODULE: it is not in memory.
gone() { ! loaded "$1"; }

assert_gone() {
  for module; do
    LAB_STEP="$module is gone"
    ! loaded "$module" || fail "$module is still loaded"
    [ ! -e "/sys/kernel/livepatch/$module" ] || fail "$module is still enabled"
  done
}

# clock TIME: set the guest's clock, as a time service that is sure of it would:
# 2026-11-24T12:00:00Z.
clock() {
  unsure_clock "$1"
  /usr/sbin/adjtimex --status 0 --maxerror 0
}

# unsure_clock TIME: the same by hand, after which the kernel calls it unsynchronised.
unsure_clock() {
  LAB_STEP="clock $1"
  date -u -s "$(echo "$1" | tr TZ '  ' | sed 's/ *$//')" > /dev/null
}

# reboot: what klpolicy takes for a new boot: the live patches and its files in /run are gone, and the
# boot has another ID. The clock says when it began, by the uptime that goes on.
reboot() {
  for patch in /sys/kernel/livepatch/*; do
    [ ! -e "$patch" ] || disable "$(basename "$patch")"
  done
  for module in $(awk '/^klp_/ { print $1 }' /proc/modules); do rmmod "$module"; done
  rm -rf /run/klpolicy
  cat /proc/sys/kernel/random/uuid > "$SCRATCH/boot_id"
  mount --bind "$SCRATCH/boot_id" /proc/sys/kernel/random/boot_id
}

# gate FILE: write standard input as a program for gates.
gate() {
  cat > "$1"
  chmod 755 "$1"
}

# foreign BUILD MODULE: load a live patch by hand and wait until it is applied.
foreign() {
  insmod "$(ko "$1" "$2")"
  await 20 applied "$2"
}

# disable MODULE: disable a live patch by hand; its module stays in memory.
disable() {
  echo 0 > "/sys/kernel/livepatch/$1/enabled"
  await 20 test ! -e "/sys/kernel/livepatch/$1"
}

# hold first|second: a thread of lab_target sleeps in its function until `let_go`.
hold() {
  before=$(cat /sys/module/lab_target/parameters/inside)
  echo 1 > "/sys/module/lab_target/parameters/$1"
  await 10 lab_inside $((before + 1))
}

lab_inside() { [ "$(cat /sys/module/lab_target/parameters/inside)" = "$1" ]; }

# let_go first|second
let_go() {
  before=$(cat /sys/module/lab_target/parameters/inside)
  echo 0 > "/sys/module/lab_target/parameters/$1"
  await 10 lab_inside $((before - 1))
}

# fingerprint FILE: note everything that a write would change: each file with inode, size, mtime
# and ctime, the live patches, the modules, and what the kernel logged about them (but for what it
# says of its own accord while a transition stalls), but for what rpm notes of its readers.
fingerprint() {
  {
    find /etc /home /root /run /srv /tmp /usr /var -xdev ! -name 'rpmdb.sqlite-*' -exec stat -c '%n %i %s %y %z' {} +
    find /sys/kernel/livepatch | sort
    cat /sys/kernel/livepatch/*/enabled 2>&1 || true
    cat /proc/modules
    dmesg | grep -E 'livepatch|module|klp_|lab_' | grep -v 'signaling remaining tasks' || true
  } > "$1"
}

# assert_writes_nothing COMMAND...: run it (as `run` does); everything is as it was before.
assert_writes_nothing() {
  fingerprint "$SCRATCH/before"
  run "$@"
  fingerprint "$SCRATCH/after"
  shift
  assert_same "the host, by '$*'," "$SCRATCH/before" "$SCRATCH/after"
}

# start NAME COMMAND...: run it in the background; `pid NAME` is its process.
start() {
  job=$1
  shift
  LAB_STEP="$* &"
  "$@" > "$SCRATCH/$job.stdout" 2> "$SCRATCH/$job.stderr" < /dev/null &
  echo $! > "$SCRATCH/$job.pid"
}

pid() { cat "$SCRATCH/$1.pid"; }

running() { kill -0 "$(pid "$1")" 2>/dev/null; }

# finished STATUS NAME: wait for it, and demand its exit status; $OUT and $ERR are its output.
finished() {
  expected=$1
  LAB_STEP="the end of '$2'"
  OUT=$SCRATCH/$2.stdout ERR=$SCRATCH/$2.stderr
  code=0
  wait "$(pid "$2")" || code=$?
  case "|$expected|" in
    *"|$code|"*) ;;
    *)
      echo "FAILED: exit status $code, not $expected, of '$2'"
      lab_show
      exit 1 ;;
  esac
}

# reached NAME COMMAND...: until the command succeeds, while the job NAME is still running.
reached() {
  job=$1 tries=600
  shift
  LAB_STEP="waiting for: $*"
  until "$@" > /dev/null 2>&1; do
    tries=$((tries - 1))
    if [ $tries -eq 0 ] || ! running "$job"; then
      OUT=$SCRATCH/$job.stdout ERR=$SCRATCH/$job.stderr
      echo "FAILED: '$job' did not get to: $*"
      lab_show
      exit 1
    fi
    sleep 0.1
  done
}

# recorded COUNT: whether the journal has more records than that; records: how many it has.
records() { cat /var/lib/klpolicy/journal* | wc -l; }
recorded() { [ "$(records)" -gt "$1" ]; }

# killed NAME: end it as kill -9 does, and wait until it is gone.
killed() {
  kill -9 "$(pid "$1")" || fail "'$1' was already over: $(cat "$SCRATCH/$1.stderr")"
  wait "$(pid "$1")" 2>/dev/null || true
}

# build_id MODULE: the build ID of a loaded module.
build_id() {
  tail -c 20 "/sys/module/$1/notes/.note.gnu.build-id" | od -An -tx1 -v | tr -d ' \n'
}

# in_order FILE PATTERN...: the first lines that match the patterns come in this order.
in_order() {
  file=$1 last=0
  shift
  for pattern; do
    LAB_STEP="'$pattern' in its place in $file"
    at=$(grep -nE -e "$pattern" "$file" | head -n 1 | cut -d : -f 1)
    [ -n "$at" ] && [ "$at" -gt "$last" ] || {
      echo "FAILED: '$pattern' is missing, or too early, in:"
      sed 's/^/    /' "$file"
      exit 1
    }
    last=$at
  done
}

# kernel_log: what the kernel logged about live patches since the last call.
kernel_log() {
  dmesg | grep livepatch: > "$SCRATCH/log.now" || true
  tail -n "+$(($(cat "$SCRATCH/log.seen" 2>/dev/null || echo 0) + 1))" "$SCRATCH/log.now"
  wc -l < "$SCRATCH/log.now" > "$SCRATCH/log.seen"
}

# everything_said: what the last command printed, on both channels, in one file.
everything_said() {
  cat "$OUT" "$ERR" > "$SCRATCH/said"
  echo "$SCRATCH/said"
}

# at_length SHORT LONG: the one of both that this run is for; LONG with `lab test --long`.
at_length() {
  if [ -e /lab/long ]; then echo "$2"; else echo "$1"; fi
}

# A scenario with "# disk:" is run once a boot, from its beginning, with the number of the boot in
# BOOT (from 1). /var and /srv, the policies among them, are on the disk; the clock goes on. A boot
# ends by one of the next three words; the last one just ends.

# restart [TEXT]: this boot ends in order, and the next one has TEXT on its kernel's command line.
restart() {
  run 0 klpolicy mark-shutdown
  echo "$*" > "$SCRATCH/restart"
  exit 81
}

# cut_power: this boot ends here, by the power.
cut_power() { exit 82; }

# cut_power_within MILLISECONDS: the power is cut at a moment from now on that nothing chooses.
cut_power_within() { echo "@@lab cut $1"; }

# await_cut: until the power is cut.
await_cut() { sleep 600; }

# keep NAME VALUE: notes a word for the boots to come, off the disk.
keep() { echo "@@lab keep $1 $2"; }

# kept NAME: what was noted before this boot.
kept() { tr ' ' '\n' < /proc/cmdline | sed -n "s/^lab.keep.$1=//p"; }
