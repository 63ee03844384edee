"""A person's own pictures: read safely from an upload, shown as a network will see them, and kept on disk by a name."""
