# For hosts with AppArmor (Ubuntu, for one), where Docker's own profile lets nobody in a container
# mount, so that runs of programs could not be kept apart by namespaces. Load it once, then name it:
#
#   sudo apparmor_parser --replace --write-cache apparmor.profile
#   REWARD_SERVICE_DOCKER_APPARMOR=reward-sandbox reward-service serve
#
# AppArmor 3 (Debian 12) knows neither of the lines marked with 4, and needs neither:
#
#   sed /#4/d apparmor.profile | sudo apparmor_parser --replace --write-cache
#
# It is no weaker than what it replaces but for mounts and user namespaces, which end with the
# container: there is no capability in it, and no network.

abi <abi/4.0>,  #4
#include <tunables/global>

profile reward-sandbox flags=(attach_disconnected,mediate_deleted) {
  file,
  # Of user namespaces that the harness makes; the container itself has none.
  capability,
  userns,  #4
  mount,
  remount,
  umount,
  pivot_root,
  network unix,

  # Docker stops containers from outside; inside, the harness ends its programs.
  signal (receive) peer=unconfined,
  signal (send, receive) peer=reward-sandbox,

  deny ptrace,
  deny /proc/sysrq-trigger rwklx,
  deny /proc/kcore rwklx,
  deny /proc/sys/** wklx,
  deny /proc/acpi/** rwklx,
  deny /sys/** wklx,
  deny /sys/firmware/** rwklx,
  deny /sys/kernel/security/** rwklx,
}
