"""A small world in memory: a clock of its own, servers with the faults that are met in the field, seats that are killed."""
