"""Many views of a small table, and the one partition that they support best, without labels."""

from fiedler.consensus.partition import consensus_partition
from fiedler.consensus.prepared import PreparedTable
from fiedler.consensus.results import ConsensusResult, MixtureVerdict, Stage, View

__all__ = ["ConsensusResult", "MixtureVerdict", "PreparedTable", "Stage", "View", "consensus_partition"]
