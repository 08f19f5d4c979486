"""The system calls of programs: what no honest program asks of a kernel is not there to ask.

Killed: calls that only an attack makes. Refused: what an honest program may try and do without.
Everything else is allowed, since programs of many languages run here.
"""

from __future__ import annotations

import errno

from reward_sandboxes.kernel import seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, KILL_PROCESS, Argument, Rule, refuse

_AF_UNIX = 1
# linux/sched.h: every flag by which a new process gets a namespace
_NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
# asm-generic/ioctls.h: put characters into a terminal's input
_TERMINAL_INPUT, _CONSOLE = 0x5412, 0x541C
_SET_PARENT_DEATH_SIGNAL = 1

_ATTACKS = (
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "pidfd_getfd", "kcmp"),
    # files by other ways than paths, mounts, roots
    *("mount", "umount2", "pivot_root", "chroot", "mount_setattr", "move_mount", "open_tree"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "open_by_handle_at", "fanotify_init", "setns"),
    *("swapon", "swapoff", "quotactl", "acct", "nfsservctl", "uselib"),
    # the kernel itself
    *("bpf", "perf_event_open", "userfaultfd", "init_module", "finit_module", "delete_module"),
    *("kexec_load", "kexec_file_load", "reboot", "iopl", "ioperm", "lookup_dcookie", "syslog"),
    *("add_key", "request_key", "keyctl", "settimeofday", "clock_settime", "vhangup"),
    "modify_ldt",
)
_REFUSED = (
    *("unshare", "sethostname", "setdomainname", "adjtimex", "clock_adjtime", "personality"),
    *("move_pages", "migrate_pages", "name_to_handle_at", "seccomp"),
)
# Memory that is no process's own, so that no limit counts it; and io_uring, which walks past this
# filter. Whoever asks for it is told that this kernel has no such thing.
_ABSENT = (
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"),
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "shmdt"),
    *("semget", "semctl", "semop", "msgget", "msgsnd", "msgrcv", "msgctl", "mq_open", "mq_unlink"),
)

_SCHEDULING = ("sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr")

_SIGN = 1 << 31

# What it takes to give a run namespaces of its own.
_TAKEN_APART = ("setns", "mount")


def apart() -> tuple[bytes, bytes]:
    """Return two filters for runs with namespaces of their own, which need both.

    The first lets them be made, so that one process can have it that all runs are forked from: to
    put it on takes long. The second is for each run.

    Raises:
        OSError: the system calls of this machine are not known.
    """
    first = [_but(rule, _TAKEN_APART) for rule in _everywhere()]
    second = [Rule(calls=_TAKEN_APART, action=KILL_PROCESS)]
    return seccomp.program(first, otherwise=ALLOW), seccomp.program(second, otherwise=ALLOW)


def together() -> bytes:
    """Return the filter for runs that have no namespaces of their own.

    They also may not leave the session by which they are killed, nor open sockets by which they
    could talk to the host's services.

    Raises:
        OSError: the system calls of this machine are not known.
    """
    return seccomp.program([*_everywhere(), *_together()], otherwise=ALLOW)


def strangers() -> bytes:
    """Return the filter for runs that are users of their own, beside others that they can see.

    They also may not set how other processes are scheduled, which some kernels let every user do.

    Raises:
        OSError: the system calls of this machine are not known.
    """
    rules = [*_everywhere(), *_together(), *_own_schedule()]
    return seccomp.program(rules, otherwise=ALLOW)


def _but(rule: Rule, calls: tuple[str, ...]) -> Rule:
    kept = [call for call in rule.calls if call not in calls]
    return Rule(calls=kept, action=rule.action, when=rule.when)


def _everywhere() -> list[Rule]:
    return [
        Rule(calls=_ATTACKS, action=KILL_PROCESS),
        Rule(calls=_REFUSED, action=refuse()),
        Rule(calls=_ABSENT, action=refuse(errno.ENOSYS)),
        Rule(
            calls=("socket", "socketpair"), action=ALLOW, when=(Argument(index=0, value=_AF_UNIX),)
        ),
        Rule(calls=("socket", "socketpair"), action=refuse()),
        *(
            Rule(
                calls=("clone",), action=refuse(), when=(Argument(index=0, value=flag, mask=flag),)
            )
            for flag in _NAMESPACES
        ),
        *(
            Rule(calls=("ioctl",), action=refuse(), when=(Argument(index=1, value=request),))
            for request in (_TERMINAL_INPUT, _CONSOLE)
        ),
    ]


def _together() -> list[Rule]:
    return [
        Rule(calls=("setsid", "setpgid", "connect", "bind", "listen"), action=refuse()),
        Rule(
            calls=("prctl",),
            action=refuse(),
            when=(Argument(index=0, value=_SET_PARENT_DEATH_SIGNAL),),
        ),
    ]


def _own_schedule() -> list[Rule]:
    # Arguments of setpriority: whose kind, whose, what; a negative one is for the mighty.
    own = [Argument(index=1, value=0), Argument(index=2, value=0, mask=_SIGN)]
    return [
        Rule(calls=_SCHEDULING, action=ALLOW, when=(Argument(index=0, value=0),)),
        Rule(calls=("setpriority",), action=ALLOW, when=own),
        Rule(calls=(*_SCHEDULING, "setpriority", "ioprio_set"), action=refuse()),
    ]
