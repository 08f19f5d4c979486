"""The kernel protections a process can put on itself; standard library only."""
