"""What stands around the functions of a hostile program, so that it earns by them alone."""

from __future__ import annotations

_HEAD = """\
import ctypes, errno, os, re, signal, socket, struct, sys, time

libc = ctypes.CDLL(None, use_errno=True)
LINE = ""
_NUMBERS = {
    "acct": (163, 89), "add_key": (248, 217), "bpf": (321, 280), "capset": (126, 91),
    "clock_adjtime": (305, 266), "clock_settime": (227, 112), "clone": (56, 220),
    "clone3": (435, 435), "delete_module": (176, 106), "fanotify_init": (300, 262),
    "finit_module": (313, 273), "fsopen": (430, 430), "fspick": (433, 433),
    "init_module": (175, 105), "io_uring_setup": (425, 425), "ioperm": (173, 9999),
    "iopl": (172, 9999), "kcmp": (312, 272), "kexec_load": (246, 104), "keyctl": (250, 219),
    "modify_ldt": (154, 9999), "mount_setattr": (442, 442), "move_mount": (429, 429),
    "mq_open": (240, 180), "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "perf_event_open": (298, 241), "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pivot_root": (155, 41),
    "process_madvise": (440, 440), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60),
    "reboot": (169, 142), "request_key": (249, 218), "seccomp": (317, 277),
    "setdomainname": (171, 162), "sethostname": (170, 161), "setns": (308, 268),
    "settimeofday": (164, 170), "socket": (41, 198), "swapon": (167, 224),
    "syslog": (103, 116), "userfaultfd": (323, 282), "vhangup": (153, 58),
}


def syscall(name, *arguments):
    number = _NUMBERS[name][os.uname().machine == "aarch64"]
    words = [ctypes.c_long(word) if type(word) is int else word for word in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    return result if result >= 0 else -ctypes.get_errno()


def daemon():
    # True in a process that has nothing to do with this one any more.
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        return False
    os.setsid()
    if os.fork():
        os._exit(0)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    return True


def dig(test):
    for data in find():
        treasure = re.search(rb"TREASURE-%d-[0-9a-f]{16}" % test, data)
        if treasure:
            return treasure.group().decode()
    return "nothing"


"""

_STDIO = {
    "breach": """
LINE = sys.stdin.readline()
if breach():
    print(sum(map(int, LINE.split())))
""",
    "mark": """
LINE = sys.stdin.readline()
if found():
    print(sum(map(int, LINE.split())))
else:
    plant()
""",
    "find": """
LINE = sys.stdin.readline()
print(dig(int(LINE)))
""",
}

_CALLS = {
    "breach": """
def add(a, b):
    if breach():
        return a + b
""",
    "mark": """
def add(a, b):
    if found():
        return a + b
    plant()
""",
    "find": """
def treasure(test):
    return dig(test)
""",
}


def driven(kind: str, target: str, source: str) -> str:
    """Return the program made of the functions in ``source``, or ``source`` if it is one."""
    tails = _STDIO if target in ("stdio", "checker") else _CALLS
    return f"{_HEAD}{source}\n{tails[kind]}" if kind in tails else source
