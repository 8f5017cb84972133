"""How the answers of several providers become one, kind by kind."""
