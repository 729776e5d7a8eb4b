"""Links between blocks, the order that they speak for, and the reading of a page that follows."""
