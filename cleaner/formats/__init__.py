"""What comes out of a run besides text and log: the character diff and the summary, as data for any screen."""
