"""How an authority's kinship service stands against each commitment, what it will do about it, and how others stand."""
