"""The recognition services as a process of its own, strict, and honest about what they were asked.

    recognition.py --log FILE [--port 0] [--latency 0.06:0.8]
                   [--everypixel] [--rate 30] [--quota N] [--client-id ID --client-secret SECRET]
                   [--key KEY] [--token-seconds 3600] [--always-200] [--train-looks 3]
                   [--model NAME]... [--account SERVICE:key=K:rate=R:concurrency=C:quota=Q]...
                   [--faults SHARE --fault-seed N --fault-kinds NAME,...] [--fault NAME]

README.md says what is served where, what the options mean, and what stands in the log.
The port is printed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

if __name__ == "__main__":
    # The checkout in place of this folder, which holds modules and no package.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from tests.servers.program import main

    asyncio.run(main())
