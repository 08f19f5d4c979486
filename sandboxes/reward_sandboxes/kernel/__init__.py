"""The kernel protections a process can put on itself; standard library only.

Every run of a program is forked from a process that has this loaded, and a fork costs by the size
of its process. So nothing here imports what it can do without: no ``pathlib``, no ``dataclasses``.
"""
