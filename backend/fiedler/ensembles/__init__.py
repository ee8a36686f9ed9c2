"""One partition out of several, whichever tools they are from."""

from fiedler.ensembles.combination import Ensemble, EnsembleMethod, ensemble

__all__ = ["Ensemble", "EnsembleMethod", "ensemble"]
