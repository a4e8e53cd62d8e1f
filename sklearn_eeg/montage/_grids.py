"""Published sensor grids: rows of electrode names from front to back, "." where there is none."""

from sklearn_eeg._near import Named

_SEED_ROWS = """
F7  F5  F3  F1  Fz  F2  F4  F6  F8
FT7 FC5 FC3 FC1 FCz FC2 FC4 FC6 FT8
T7  C5  C3  C1  Cz  C2  C4  C6  T8
TP7 CP5 CP3 CP1 CPz CP2 CP4 CP6 TP8
P7  P5  P3  P1  Pz  P2  P4  P6  P8
.   PO7 PO5 PO3 POz PO4 PO6 PO8 .
.   .   CB1 O1  Oz  O2  CB2 .   .
"""

_TABLES = {
    "seed-8x9": ". . AF3 Fp1 Fpz Fp2 AF4 . ." + _SEED_ROWS,
    "seed-9x9": ". . . Fp1 Fpz Fp2 . . .\n. . . AF3 . AF4 . . ." + _SEED_ROWS,
    "deap-9x9": """
.   .   .   Fp1 .   Fp2 .   .   .
.   .   .   AF3 .   AF4 .   .   .
F7  .   F3  .   Fz  .   F4  .   F8
.   FC5 .   FC1 .   FC2 .   FC6 .
T7  .   C3  .   Cz  .   C4  .   T8
.   CP5 .   CP1 .   CP2 .   CP6 .
P7  .   P3  .   Pz  .   P4  .   P8
.   .   .   PO3 .   PO4 .   .   .
.   .   .   O1  Oz  O2  .   .   .
""",
    "10-20-5x5": """
.   Fp1 .   Fp2 .
F7  F3  Fz  F4  F8
T7  C3  Cz  C4  T8
P7  P3  Pz  P4  P8
.   O1  .   O2  .
""",
}

_GRIDS = {
    name: tuple(tuple(row.split()) for row in table.strip().splitlines())
    for name, table in _TABLES.items()
}
GRIDS = Named(
    "GRIDS", 'Rows of electrode names by name of the grid, ``"."`` where a cell is empty.', _GRIDS
)


def _row_by_row(grid):
    return tuple(name for row in GRIDS[grid] for name in row if name != ".")


#: The 62 channels of the SEED family, in the order of its files.
SEED_62 = _row_by_row("seed-9x9")

#: The 32 channels of DEAP, in the order of its preprocessed files.
DEAP_32 = tuple(
    "Fp1 AF3 F3 F7 FC5 FC1 C3 T7 CP5 CP1 P3 P7 PO3 O1 Oz Pz "
    "Fp2 AF4 Fz F4 F8 FC6 FC2 Cz C4 T8 CP6 CP2 P4 P8 PO4 O2".split()
)

#: The same 32 channels in the order of the raw recordings of subjects 1 to 22.
DEAP_32_RAW = tuple(
    "Fp1 AF3 F7 F3 FC1 FC5 T7 C3 CP1 CP5 P7 P3 Pz PO3 O1 Oz "
    "O2 PO4 P4 P8 CP6 CP2 C4 T8 FC6 FC2 F4 F8 AF4 Fp2 Fz Cz".split()
)

#: The 19 scalp channels of the international 10-20 system, as the HMS recordings order them.
TEN_TWENTY_19 = tuple("Fp1 F3 C3 P3 F7 T7 P7 O1 Fz Cz Pz Fp2 F4 C4 P4 F8 T8 P8 O2".split())

#: The same 19 channels row by row, from the forehead back and from left to right.
TEN_TWENTY_ROWS = _row_by_row("10-20-5x5")

MONTAGES = Named(
    "MONTAGES",
    "Channels in order by the montage's name.",
    {
        "seed-62": SEED_62,
        "deap-32": DEAP_32,
        "10-20": TEN_TWENTY_19,
        "10-20-rows": TEN_TWENTY_ROWS,
    },
)
