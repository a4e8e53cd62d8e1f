"""EEG-BIDS: names of files, the tables beside recordings, and the trials that come of both."""
