"""What a training in the queue can be told. Knows names; knows nothing of how they are carried out."""

from jobs.job import CANCEL, PAUSE, RESUME, SLOW, STEP

KEEP_EPOCH = "keep_epoch"
COMMANDS = (PAUSE, RESUME, STEP, SLOW, CANCEL, KEEP_EPOCH)
