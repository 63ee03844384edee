"""Why parts of an upload are left out: codes. They are counted; whoever shows the counts makes the sentences."""

# of a zip's files, a table's rows, or pictures
LEFT_OUT = (
    "no_image", "damaged", "too_large", "too_small", "too_many", "too_late", "nested", "encrypted", "packing", "path",
    "beside", "label", "columns", "numbers",
)  # fmt: skip


class LeftOutError(Exception):
    """One picture can't be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
