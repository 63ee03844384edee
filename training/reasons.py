"""Why a job has its status, and what was done about a trouble, in English: a sentence for every code.

The journal, the queue and the tests know codes and values only; whoever shows a job makes its sentence here.
"""

from collections.abc import Mapping
from typing import Any

from jobs.job import JobError, Reason

REASONS: dict[str, str] = {
    "text": "{text}",  # a journal that was written before there were codes
    "refused": "{text}",
    "queued": "Waits for its turn.",
    "queued.resumed": "Goes on.",
    "queued.restarted": "Goes on after a restart of the server.",
    "queued.step": "One more step.",
    "running": "Training.",
    "paused": "Paused.",
    "paused.aside": "Paused; others may train meanwhile.",
    "interrupted": "The server ended; it goes on at the next start.",
    "interrupted.died": "The server died while it ran.",
    "cancelled": "Cancelled. What it has learnt is kept for a while: resume it to go on.",
    "cancelled.cleared": "Cancelled.",
    "done.elbo": "Trained {epochs} epochs in {seconds} s: test ELBO {nats} nats.",
    "done.elbo.one": "Trained 1 epoch in {seconds} s: test ELBO {nats} nats.",
    "done.log_likelihood": "Trained {epochs} epochs in {seconds} s: test log-likelihood {nats} nats.",
    "done.log_likelihood.one": "Trained 1 epoch in {seconds} s: test log-likelihood {nats} nats.",
    "failed.crashes": "The server died {crashes} times while it ran: it does not go on by itself, but can be resumed.",
    "failed.time_limit": "the limit of {minutes} minutes is reached; what it learnt is kept: resume it to go on.",
    "failed.fault": "a fault of the program ended it ({kind}: {text}).",
    "failed.not_finite": "the loss is not a finite number any more (epoch {epoch}, batch {batch}). "
    "Lower the learning rate (it was {learning_rate}) and train again. "
    "Or lower it and resume: the last good state is kept.",
    "failed.out_of_memory": "the device has no memory left for batches of {batch} images (epoch {epoch}). "
    "Choose a smaller batch or network.",
    "failed.out_of_memory_later": "the device has no memory left for batches of {batch} images (epoch {epoch}). "
    "Choose a smaller batch or network; or resume it when the device is free.",
    "failed.disk": "the disk can't take the unfinished run ({problem}). All models that were there are untouched. "
    "Free some space, or name a writable folder in LATENT_CHECKPOINTS, then resume it.",
    "note.batch_halved": "The device ran out of memory: the batch is now {batch} images, not {wanted}.",
}


def reason_text(code: str, values: Mapping[str, Any]) -> str:
    """The sentence for a code and its values; the code itself where it, or a value of it, is not known here."""
    one = f"{code}.one"
    template = REASONS.get(one if values.get("epochs") == 1 and one in REASONS else code, "")
    numbers = {name: f"{value:g}" if isinstance(value, float) else value for name, value in values.items()}
    try:
        return template.format_map(numbers) or code
    except KeyError:
        return code


def failure(code: str, **values: Any) -> JobError:
    """The exception that ends a training for a reason of this code; its text is the sentence."""
    return JobError(Reason(code, values), reason_text(code, values))
