"""Run the short measurements, or one of them: ``python -m benchmarks [scale ...]``."""

import sys

from benchmarks import building, planning, scale

if sys.argv[1:2] == ["scale"]:
    scale.main(sys.argv[2:])
else:
    building.main()
    planning.main()
