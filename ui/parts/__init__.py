"""Parts of the pages Train, Compare and Library, one file each; they know pages' state and the library of models."""
