"""Trainings on several machines, by Dask's scheduler and workers as they are. Optional: without Dask nothing is missed.

The process that owns the journal stays the only one that writes: machines get values and send values back.
"""
