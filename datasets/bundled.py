"""The data set that comes with a library, so that the app works without any download."""

from datasets.data_set import DataSet
from datasets.source import Source


def digits(name: str, source: Source) -> DataSet:
    """scikit-learn's 1,797 real 8x8 digits (Alpaydin and Kaynak 1998); every fifth of each class is for testing."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    pixels = (digits.images * (255 / 16)).round().astype("uint8")
    parts = train_test_split(
        pixels, digits.target.astype("uint8"), test_size=0.2, random_state=0, stratify=digits.target
    )
    train_x, test_x, train_y, test_y = parts
    return DataSet(name, source.title, source.class_names, train_x[:, None], train_y, test_x[:, None], test_y)
