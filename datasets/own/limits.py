"""Every number that bounds own pictures: what an upload may hold, what a data set needs, what the disk keeps."""

MEGABYTE = 2**20

# of an upload
UPLOAD_BYTES = 32 * MEGABYTE  # Streamlit's limit too, see ui/limits.py
UNPACKED_BYTES = 256 * MEGABYTE
ENTRIES = 40_000  # of a zip, pictures or not
PIXELS = 25_000_000  # of one picture: a quarter of a second to decode
LEAST_SIDE = 8
SCANS = 64  # of one JPEG: each costs as much as all of a plain one
SECONDS = 60.0  # what is not read by then is left out

# of a data set
PICTURES, LEAST_PICTURES = 20_000, 10
PREPARED_BYTES = 64 * MEGABYTE
SIDES = (28, 32, 64)
CLASSES = 64
CLASS_NAME = TITLE = 40  # characters
TEST_SHARE, LEAST_TEST, MOST_TEST = 0.2, 2, 2_000
LABELLED_CLASSES, LABELLED_EACH = 2, 20  # from here on a model of classes makes sense

# of the disk
SETS = 50
QUOTA_BYTES = 200 * MEGABYTE
RECORD_BYTES = 64 * 1024
