"""What can be taken away: a site of plain files that needs no server of ours. Stands on ui, below the pages."""
