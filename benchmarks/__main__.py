"""Run every measurement but the long one, `benchmarks.assumptions`."""

from benchmarks import building, planning

building.main()
planning.main()
