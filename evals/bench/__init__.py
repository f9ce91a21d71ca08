"""How fast and how large: each figure is measured in one run beside a baseline somebody else would have written.

Every side of a comparison is a process of its own. It prints JSON objects, one a line, each a part of its report;
`processes.run` adds wall time and peak memory. Our side carries the label `OURS`; a benchmark that has none yet
reports its baseline alone.
"""
