"""An independent reader of slides: what a title, a point, a note or an alt text claims, held to the processed tables.

It knows the sentences of labels.csv, the codebook and `data/processed`; it imports nothing that made the sentences.
"""
