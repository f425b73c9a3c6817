"""Organisms, methods and licenses of the demo, in the several spellings that real lists use."""

HUMAN, MOUSE, FLY, FISH, WORM = "NCBI:txid9606", "NCBI:txid10090", "NCBI:txid7227", "NCBI:txid7955", "NCBI:txid6359"
YEAST, CRESS, MALARIA, CHICKEN = "NCBI:txid4932", "obo:NCBITaxon_3701", "NCBI:txid36329", "NCBI:txid9031"
MANNIA, RICCIA_CAVERNOSA, RICCIA_BEYRICHIANA = "NCBI:txid122620", "NCBI:txid122636", "NCBI:txid122635"

FLUORESCENCE, CONFOCAL, SPINNING_DISK = "obo:FBbi_00000246", "obo:FBbi_00000251", "obo:FBbi_00000253"
LIGHT_SHEET, LIGHT_SHEET_ASSAY = "obo:FBbi_00000369", "obo:OBI_0003098"
BRIGHT_FIELD, DIC, STED = "obo:FBbi_00000243", "obo:FBbi:00000245", "FBbi:00000334"
BLOCK_FACE, FIB_SEM, SEM = "obo:FBbi_00000585", "obo:FBbi_00050000", "obo:MI_1024"
CT, MASS = "obo:FBbi_00001002", "NCIT_C182027"

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
CC_BY_NC = "https://creativecommons.org/licenses/by-nc/4.0/"
CC_ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
