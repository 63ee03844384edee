"""What can be taken away: a site of plain files, or a model as one file. Stands on ui, below the pages."""
