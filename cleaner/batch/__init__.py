"""Many pages: which files a run reads, the processes that clean them, and how results are written."""
