"""What runs inside a sandbox: standard library only, with whatever Python is there.

``__main__`` starts ``guard``, which confines itself (``confinement``, ``view``) and becomes the
``zygote``. Of that a ``job`` is forked for every job, and of that a process for every run
(``cell``), in a cage (``nested`` or ``fenced``). ``program``, ``candidate`` and ``suite`` are what
such a process does.

A fork costs by the size of its process, and programs see what it has loaded. So what the zygote
loads imports nothing big: no ``pathlib``, no ``dataclasses``, no ``socket``; and what only some
jobs need is ``held`` until one does.
"""
