#!/bin/bash
# Shares of a range of days side by side with GNU parallel, then what they say together:
#
#   DT=2026-01-01..2026-12-31 LAKE=lake DAYS=days docs/batch/parallel.sh --start-time 09:00
#
# As many shares at a time as this machine has cores, or as PARALLEL says: with
# PARALLEL="--sshlogin one,two --workdir ." on machines that have this project, lake and folder at the
# same paths. Arguments are flags of analyze.
set -euo pipefail
: "${DT:?dates}" "${LAKE:?folder of the lake}" "${DAYS:?folder for the days}"
SHARDS=${SHARDS:-$(nproc)}

# A share that fails is no end: what is missing is named when all is added up.
seq "$SHARDS" |
  parallel --will-cite --quote --line-buffer \
    deno task analyze --dt "$DT" --lake "$LAKE" --days-output "$DAYS" --jobs 1 \
    --shard "{}/$SHARDS" "$@" ||
  echo "a share failed" >&2
exec deno task analyze --dt "$DT" --lake "$LAKE" --days-output "$DAYS" --pool "$@"
