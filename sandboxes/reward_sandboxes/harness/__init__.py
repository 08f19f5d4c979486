"""What runs inside a sandbox: standard library only, with whatever Python is there.

``__main__`` starts ``guard``, which confines itself (``confinement``, ``view``), forks the
``zygote`` and becomes the ``clerk``. The clerk reads a ``job`` and tells its owner how that went;
of the zygote a ``mother`` is forked for every job, and of her a process for every run, in a cage
(``nested``, ``fenced`` or ``users``). ``program``, ``candidate`` and ``suite`` are what such a
process does.

A fork costs by the size of its process, and programs see what it has loaded. So what the zygote
loads imports nothing big: no ``pathlib``, no ``dataclasses``, no ``socket``; not even ``typing`` or
``collections``, which is why ``TYPE_CHECKING`` is a constant of each module. What the clerk, or
only some jobs, need is ``held`` until one does.
"""
