"""Why an upload is refused as a whole, a sentence for every code, and why parts of one are left out, codes alone.

What is left out is counted; whoever shows the counts makes the sentences.
"""

from models.errors import InputError

REFUSED: dict[str, str] = {
    "empty": "the file is empty.",
    "too_long": "the file has {megabytes:.0f} MB; at most {limit} MB.",
    "unknown": "this is no zip of images, no .npz, no CSV of pixels and no Parquet table. One image is not enough: put "
    "at least {least} into a zip.",
    "damaged_zip": "the zip file is damaged or cut off; make it anew.",
    "entries": "the zip holds more than {limit:,} files; choose fewer.",
    "unpacked": "the file unpacks to more than {limit} MB; choose fewer or smaller images.",
    "objects": "the array {name} holds Python objects, which are not read. Save it as numbers from 0 to 255 (uint8).",
    "damaged_array": "the array {name} is damaged or cut off; save the .npz anew.",
    "not_bytes": "the array {name} has numbers of the type {kind}; images are numbers from 0 to 255 (uint8).",
    "no_images": "no array of the .npz has images: [count height width] or [count height width 3], uint8.",
    "columns": "the first row has {found:,} numbers; a row is {pixels} pixels (28x28), with or without a label before "
    "them.",
    "damaged_table": "the Parquet table is damaged or cut off; save it anew.",
    "encrypted_table": "the Parquet table is encrypted; save it without a password.",
    "packed_table": "the images of the Parquet table are packed by {packing}; save it packed by Snappy, or not packed.",
    "no_image_column": "the Parquet table has no column of image files, as bytes; its columns are {columns}.",
    "rows": "the table has more than {limit:,} rows; choose fewer.",
    "classes": "there are {found} labels; at most {limit}.",
    "prepared": "more than {limit} MB of pixels at this size: choose a smaller size, grey, or fewer images.",
    "nothing": "no image of the file can be used.",
    "too_few": "{count} images can be used; a model needs at least {least}.",
    "all_alike": "all images look the same: there is nothing to learn.",
}
# of a zip's files, a table's rows, or pictures
LEFT_OUT = (
    "no_image", "damaged", "too_large", "too_small", "too_many", "too_late", "nested", "encrypted", "packing", "path",
    "beside", "label", "columns", "numbers",
)  # fmt: skip


class RefusedError(InputError):
    """An upload can't be used; `code` says why."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(REFUSED[code].format(**values))
        self.code, self.values = code, values


class LeftOutError(Exception):
    """One picture can't be used; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
