"""All limits in one place: what a client may send, and how much the server keeps for all of them.

Pages and ui/ read the numbers here. The rooms below may not import this file: the queue gets its limits when it is
made (`QUEUE`), and the shelves of live/, which exist before any server does, get their sizes when one starts
(`set_shelves`). What a checkpoint file may hold at all is the format's own affair: models/checkpoint.py; what an upload
of own images may hold: datasets/own/limits.py.
"""

from dataclasses import dataclass

from jobs.job import Limits
from live import library, pictures

MB, GB = 10**6, 10**9


@dataclass(frozen=True)
class Rate:
    """How much may come: `burst` at once after a rest, and `per_second` again and again."""

    per_second: float
    burst: float


# what comes in, of one visitor and of all behind one address, which a whole school may share: ui/server/throttle.py
REQUESTS, ADDRESS_REQUESTS = Rate(60, 1_200), Rate(600, 12_000)  # a first visit takes about 130
COMPUTED = 40  # requests that one answer counts as which is computed for it
MESSAGES, ADDRESS_MESSAGES = Rate(8, 32), Rate(200, 1_000)  # of Streamlit's pages; more of them wait
DECODES, ADDRESS_DECODES = Rate(125, 500), Rate(500, 2_000)  # images of models that are too large for a browser
UPLOADED, ALL_UPLOADED = Rate(64 * MB / 600, 64 * MB), Rate(256 * MB / 600, 256 * MB)  # bytes
# a class (ui/classroom/), which may sit behind one address; its teacher's hand tells ten places a second
CLASSES, CLASSES_EACH = 40, 5  # that are on at once; of one visitor
MEMBERS, MEMBERS_EACH = 300, 8  # of one class; of one visitor, whose browser is known by its cookie
CLASS_SECONDS = 24 * 3600.0  # after which a class that nobody ended ends
CLASS_MESSAGES, ADDRESS_CLASS_MESSAGES = Rate(20, 60), Rate(1_000, 3_000)
CLASS_SOCKETS, ADDRESS_CLASS_SOCKETS, ALL_CLASS_SOCKETS = 8, 500, 800
CLASS_MESSAGE_BYTES = 4 * 1024
CLASS_DRAWINGS, CLASS_DRAWINGS_EACH, ALL_DRAWINGS = 3_000, 20, 20_000  # of a class, of a pupil, of all; 2.7 kB each
CLASS_SKETCHES = 4_000  # drawings of one class that answer questions, 0.5 kB each
CLASS_OPENING_BYTES = 56 * 1024  # with a lesson of the teacher's own
CLASS_WRITES = 5  # a second, of what is new to disk; nobody is told before
CLASS_NEWS = 12  # a second, to one browser; what is older is left out
BODY_BYTES = 64 * 1024  # of a request that is no upload
MESSAGE_BYTES = MB
SOCKETS, ADDRESS_SOCKETS, ALL_SOCKETS = 16, 500, 600
CLIENTS = 10_000  # of whom it is remembered how much they asked
DESCRIPTORS = 4_096  # files and connections that are open at once
IDLE_SECONDS = 10.0  # of a connection on which no whole request comes

# what a client may send
UPLOAD_MEGABYTES = 32  # also `maxUploadSize` in .streamlit/config.toml, which a test compares
LINK_CHARACTERS = 2_000  # of a link as a code: live/shell/share.js offers none for longer ones
MESSAGE_CHARACTERS = 16_384  # z and y of one image to decode
# of a visitor, of all, of a sweep; how many sweeps are kept; seconds of work for one training; how often the process
# may die under one
QUEUE = Limits(per_session=3, in_all=100, sweep=256, sweeps=12, seconds=15 * 60.0, crashes=5)
ADDRESS_JOBS = 70  # of these, of all visitors behind one address

# on disk
FOLDER_BYTES = 10 * GB  # of all models, with the trainings that go on and what was removed
FREE_BYTES = 200 * MB  # which its disk must keep

# what the server keeps in memory: entries, and bytes of them
OPEN_MODELS, OPEN_MODELS_BYTES = 12, 96 * MB  # about 2 MB each, and open again within 10 ms
OPEN_FILMS, OPEN_FILMS_BYTES = 4, 64 * MB  # up to 32 MB each
FACTS, FACTS_BYTES = 500, 48 * MB  # small results about open models
PICTURES, PICTURES_BYTES = 200, 64 * MB  # cards, packed maps and latents, weights, sheets of test images
TRAINING_ANSWERS, TRAINING_BYTES = (
    64,
    32 * MB,
)  # the same for each of state and pictures of the trainings that are watched
TAKEN_FILES, TAKEN_BYTES = 8, 32 * MB  # models as one file, up to 8 MB each
PLANS = 200  # parsed settings of trainings
ESTIMATES = 100  # measured times of a network and batch size


def set_shelves() -> None:
    """Gives the shelves of live/ their sizes; called once, when the server starts."""
    library.MODELS.hold(OPEN_MODELS, OPEN_MODELS_BYTES)
    library.FILMS.hold(OPEN_FILMS, OPEN_FILMS_BYTES)
    library.FACTS.hold(FACTS, FACTS_BYTES)
    pictures.PICTURES.hold(PICTURES, PICTURES_BYTES)
