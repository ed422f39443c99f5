#!/bin/bash
# Shares of a range of days as an array of Slurm, submitted from this project's folder:
#
#   export DT=2026-01-01..2026-12-31 LAKE=/data/lake DAYS=/data/days
#   job=$(sbatch --parsable docs/batch/slurm.sh --start-time 09:00)
#   sbatch --dependency=afterany:"$job" --wrap \
#     "deno task analyze --dt $DT --lake $LAKE --days-output $DAYS --pool --start-time 09:00"
#
# A task that failed is submitted again as `--array=3`: how many shares there are is said here, for
# Slurm would then count one. Arguments are flags of analyze.
#SBATCH --job-name=regimes
#SBATCH --array=1-16
#SBATCH --cpus-per-task=2
#SBATCH --mem=4G
#SBATCH --time=08:00:00
set -euo pipefail
: "${DT:?dates}" "${LAKE:?folder of the lake}" "${DAYS:?folder for the days}"
SHARDS=${SHARDS:-16}

cd "${SLURM_SUBMIT_DIR:-.}"
exec deno task analyze --dt "$DT" --lake "$LAKE" --days-output "$DAYS" \
  --jobs "${SLURM_CPUS_PER_TASK:-1}" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" "$@"
