"""Tables and lists as MAXQDA, ATLAS.ti, NVivo, QualCoder, Taguette and Requal save them, and our own table of codes.

What a table is: headings.  Codebooks: code_tables, own_codes, and trees, which makes a codebook of each.  Coded
passages: segment_tables, nvivo, joined_codes, and segments, which gives each its place; anchor finds quoted words in a
text.  dates: what cells say of days.
"""
