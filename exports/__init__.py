"""What can be taken away: a site of plain files, or one HTML file. Stands on ui, below the pages."""
