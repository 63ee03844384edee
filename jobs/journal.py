"""The jobs on disk: every change of status with its reason and time, and every command that has to outlive a process.

One SQLite file. Knows what a job is; knows nothing of threads that work or of what the work is. A method returns when
its change is safe on disk; sqlite3.Error says that it is not.
"""

import contextlib
import json
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jobs.job import ACTIVE, CANCEL, OLD_SENTENCE, QUEUED, RESUME, Command, Job
from jobs.lock import try_lock
from models.errors import InputError, Reason

JOURNAL, LOCK = "jobs.sqlite", "jobs.lock"
FORMAT = 2
BUSY_SECONDS = 5.0
OWN_SECONDS, OWN_TRIES = 0.3, 10
logger = logging.getLogger(__name__)
TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL UNIQUE, session TEXT NOT NULL, key TEXT NOT NULL,
    spec TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, submitted REAL NOT NULL, changed REAL NOT NULL,
    crashes INTEGER NOT NULL DEFAULT 0, turn INTEGER NOT NULL DEFAULT 0, UNIQUE (session, key));
CREATE TABLE IF NOT EXISTS transitions (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT, job_id TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL,
    step INTEGER, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS transitions_of ON transitions (job_id);
CREATE INDEX IF NOT EXISTS requests_of ON requests (job_id);
"""
OLDER = {1: "ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0"}  # what the next format added
COLUMNS = "job_id, session, key, spec, status, reason, submitted, changed, crashes, turn"


@dataclass(frozen=True)
class Transition:
    """One line of a job's story. `at`: seconds since 1970."""

    status: str
    reason: Reason
    at: float


class Journal:
    """The journal in a folder. The first process that opens it owns it: only the owner's worker runs jobs.

    A file that is no journal is put aside and a new one begun; `note` says so. Raises InputError where the folder
    can't be written.
    """

    def __init__(self, folder: Path) -> None:
        self._lock, self._handle = threading.Lock(), -1
        self.note: Reason | None = None
        path = folder / JOURNAL
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
            self.owner = self._waits_to_own()
            try:
                self._database = _opened(path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) or not self.owner:
                    raise
                aside = path.with_name(f"{JOURNAL}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
                path.rename(aside)
                self.note = Reason("journal.damaged", {"problem": str(error), "file": aside.name})
                self._database = _opened(path)
        except (OSError, sqlite3.Error) as error:
            self._unlock()
            logger.warning("%s: %s", path, error)
            problem = error.strerror if isinstance(error, OSError) else error  # no paths: any visitor may read this
            raise InputError("journal.unusable", file=JOURNAL, problem=str(problem)) from None

    def own(self) -> bool:
        """Whether this process owns the journal; asks once more where another one did before."""
        with self._lock:
            self.owner = self.owner or (self._handle >= 0 and try_lock(self._handle))
        return self.owner

    def close(self) -> None:
        """Gives the file back; another process may own it now. Once more is no harm."""
        with self._lock:
            self._database.close()
            self._unlock()

    def add(self, session: str, key: str, job_id: str, spec: Mapping[str, Any]) -> Job:
        """A new job, queued; or the one that the session has submitted under this key before."""
        return self.add_all(session, {key: (job_id, spec)})[0]

    def add_all(self, session: str, jobs: Mapping[str, tuple[str, Mapping[str, Any]]], command: str = "") -> list[Job]:
        """The same for many, all or none of them: by key the name and the spec of each.

        `command`: what is to be done with the new ones, for the process that owns the journal.
        """
        with self._writing() as cursor:
            return [_add(cursor, session, key, *one, command) for key, one in jobs.items()]

    def begin(self, job_id: str) -> int:
        """The number of the turn that a job has now. It is on disk, so that whoever had an earlier turn has lost it."""
        with self._writing() as cursor:
            cursor.execute("UPDATE jobs SET turn = turn + 1 WHERE job_id = ?", (job_id,))
            return _turn(cursor, job_id)

    def turn(self, job_id: str) -> int:
        """The number of the job's last turn; 0 for one that never had any, or is not there."""
        with self._lock:
            return _turn(self._database.cursor(), job_id)

    def move(self, job_id: str, status: str, reason: Reason, crashed: bool = False) -> None:
        """A job's new status and its reason. `crashed`: the process died under it."""
        now = time.time()
        with self._writing() as cursor:
            change = "UPDATE jobs SET status = ?, reason = ?, changed = ?, crashes = crashes + ? WHERE job_id = ?"
            cursor.execute(change, (status, _written(reason), now, int(crashed), job_id))
            _note(cursor, job_id, status, _written(reason), now)

    def command(self, job_id: str, name: str, value: float = 0.0) -> Command:
        """One more command for a job, without effect yet."""
        with self._writing() as cursor:
            row = "INSERT INTO requests (job_id, name, value, at) VALUES (?, ?, ?, ?)"
            cursor.execute(row, (job_id, name, value, time.time()))
            number = cursor.lastrowid
        return Command(int(number or 0), job_id, name, value)

    def took_effect(self, number: int, step: int) -> None:
        """From which step a command holds."""
        with self._writing() as cursor:
            cursor.execute("UPDATE requests SET step = ? WHERE number = ?", (step, number))

    def settle(self, job_id: str, last: int) -> None:
        """The queue has carried out its own commands for a job, up to the one of that number."""
        with self._writing() as cursor:
            own = "job_id = ? AND number <= ? AND name IN (?, ?) AND step IS NULL"
            cursor.execute(f"UPDATE requests SET step = 0 WHERE {own}", (job_id, last, CANCEL, RESUME))

    def forget(self, keep: int) -> list[Job]:
        """Removes the jobs that ended, all but the last `keep` and the parts of sweeps, and returns what it removed."""
        ended = [job for job in self.jobs() if job.status not in ACTIVE and not job.sweep]
        old = sorted(ended, key=lambda job: job.changed)[: max(0, len(ended) - keep)]
        self.remove(job.job_id for job in old)
        return old

    def remove(self, job_ids: Iterable[str]) -> None:
        """Takes jobs out, with their story and their commands; all or none of them."""
        with self._writing() as cursor:
            for job_id in job_ids:
                for table in ("jobs", "transitions", "requests"):
                    cursor.execute(f"DELETE FROM {table} WHERE job_id = ?", (job_id,))

    def jobs(self) -> list[Job]:
        """All jobs, in the order of their submission."""
        return [_job(row) for row in self._read(f"SELECT {COLUMNS} FROM jobs ORDER BY number")]

    def transitions(self, job_id: str) -> list[Transition]:
        """A job's story, oldest first."""
        rows = self._read("SELECT status, reason, at FROM transitions WHERE job_id = ? ORDER BY number", job_id)
        return [Transition(status, _read_reason(reason), at) for status, reason, at in rows]

    def commands(self, after: int = 0) -> list[Command]:
        """The commands that came after the one of that number."""
        query = "SELECT number, job_id, name, value, step FROM requests WHERE number > ? ORDER BY number"
        return [Command(*row) for row in self._read(query, after)]

    def _unlock(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def _waits_to_own(self) -> bool:
        for _ in range(OWN_TRIES):  # `jobs list` holds it for a moment
            if try_lock(self._handle):
                return True
            time.sleep(OWN_SECONDS / OWN_TRIES)
        return False

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Cursor]:
        with self._lock:
            cursor = self._database.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                cursor.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    cursor.execute("ROLLBACK")
                raise


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # a commit is on disk before it returns
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, *OLDER, FORMAT):
            raise sqlite3.DatabaseError(f"format {found}, expected {FORMAT}")
        if found != FORMAT:
            _bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def _bring_up_to_date(database: sqlite3.Connection) -> None:
    """Makes the tables, or what an older format lacks; of two processes at once the second finds it done."""
    database.execute("BEGIN IMMEDIATE")
    found = database.execute("PRAGMA user_version").fetchone()[0]
    for statement in (TABLES if found == 0 else OLDER.get(found, "")).split(";"):
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {FORMAT}")
    database.execute("COMMIT")


def _add(cursor: sqlite3.Cursor, session: str, key: str, job_id: str, spec: Mapping[str, Any], command: str) -> Job:
    query = f"SELECT {COLUMNS} FROM jobs WHERE session = ? AND key = ?"
    known = cursor.execute(query, (session, key)).fetchone()
    if known:
        return _job(known)
    now, text, reason = time.time(), json.dumps(spec, allow_nan=False), _written(Reason("queued"))
    row = (job_id, session, key, text, QUEUED, reason, now, now, 0, 0)
    cursor.execute(f"INSERT INTO jobs ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _note(cursor, job_id, QUEUED, reason, now)
    if command:
        cursor.execute("INSERT INTO requests (job_id, name, value, at) VALUES (?, ?, 0, ?)", (job_id, command, now))
    return _job(row)


def _turn(cursor: sqlite3.Cursor, job_id: str) -> int:
    found = cursor.execute("SELECT turn FROM jobs WHERE job_id = ?", (job_id,)).fetchone()
    return int(found[0]) if found else 0


def _note(cursor: sqlite3.Cursor, job_id: str, status: str, reason: str, now: float) -> None:
    row = "INSERT INTO transitions (job_id, status, reason, at) VALUES (?, ?, ?, ?)"
    cursor.execute(row, (job_id, status, reason, now))


def _job(row: tuple[Any, ...]) -> Job:
    job_id, session, key, spec, status, reason, submitted, changed, crashes, turn = row
    told = json.loads(spec), status, _read_reason(reason)
    return Job(job_id, session, key, *told, submitted, changed, crashes, turn=turn)


def _written(reason: Reason) -> str:
    return json.dumps(asdict(reason), ensure_ascii=False)


def _read_reason(text: str) -> Reason:
    """The reason in a row; before there were codes it was a sentence."""
    with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
        found = _with_reasons(json.loads(text))
        if isinstance(found, Reason):
            return found
    return Reason(OLD_SENTENCE, {"text": text})


def _with_reasons(value: Any) -> Any:
    """What JSON holds, with the reasons in it: `{"code": …, "values": {…}}`, one perhaps within another."""
    match value:
        case {"code": str(code), "values": dict(values)}:
            return Reason(code, {name: _with_reasons(part) for name, part in values.items()})
        case list():
            return [_with_reasons(part) for part in value]
    return value
