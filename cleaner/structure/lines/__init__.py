"""Pages whose every printed line is a line of the file: where paragraphs end."""
