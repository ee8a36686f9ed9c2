"""What a fit will take, before it is begun: processor and wall seconds of each stage, and memory.

Plain arithmetic on rows, columns and parameters: this package imports neither numpy nor numba, so that the
API process may use it.
"""

from fiedler.forecasting.forecast import Forecast, forecast
from fiedler.forecasting.machine import MachineSpeed, free_memory, measure_speed

__all__ = ["Forecast", "MachineSpeed", "forecast", "free_memory", "measure_speed"]
