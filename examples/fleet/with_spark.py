#!/usr/bin/env python3
"""Plans for a fleet with Apache Spark: parts of the lines, each planned by a klpolicy of its own.

    spark-submit with_spark.py HOSTS PLANS PATH...

HOSTS is what Spark can read lines from (a file, a folder, s3a://...), PLANS a folder that it makes; its
files, in the order of their names, have the plans in the order of the hosts. KLPOLICY is the klpolicy
to run, AT the moment to plan for (now), PARTS how many parts there are at least (4 a processor). klpolicy
and the policies have to be at the same paths on every worker.
"""

import os
import shlex
import sys
from datetime import datetime, timezone

from pyspark import SparkContext


def main():
    if len(sys.argv) < 4:
        print(__doc__.strip(), file=sys.stderr)
        return 64
    hosts, plans, *policies = sys.argv[1:]
    at = os.environ.get("AT") or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    command = shlex.join(
        [os.environ.get("KLPOLICY", "klpolicy"), "fleet", "plan", "--jobs", "1", "--at", at, *policies])
    # Blocked hosts (5) have a plan like the others; any other code than 0 fails the part, and so the run.
    part = shlex.join(["sh", "-c", f"{command} || [ $? -eq 5 ]"])
    spark = SparkContext(appName="klpolicy fleet plan")
    try:
        parts = int(os.environ.get("PARTS") or 4 * spark.defaultParallelism)
        spark.textFile(hosts, parts).pipe(part, checkCode=True).saveAsTextFile(plans)
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
