"""The faces of Chinese official documents, made from free fonts."""
