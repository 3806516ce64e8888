"""Listings prepared in bulk: cut and encoded by partitions ahead of a rebuild, on this machine or on many.

``partitions`` says which listings go together, ``make`` is the pure function from listings to a file's bytes, ``files``
keeps them, ``prepare`` makes what is missing, ``on_ray`` has it made by Ray Data, ``use`` gives it to a rebuild.
"""
