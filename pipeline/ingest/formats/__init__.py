"""One small module for each format of transcripts; heavy libraries behind adapters called read_<library>.py."""
