"""What each block of a page is: headline, byline, caption, table row, paragraph … told from the text alone."""
