"""How networks train and predict, whatever they are: torch and skorch below, scikit-learn above."""
