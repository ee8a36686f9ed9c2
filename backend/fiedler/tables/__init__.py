"""Reading tables of any common kind into Parquet, with everything that was changed counted and named."""

from fiedler.tables.columns import ColumnProfile
from fiedler.tables.importing import ImportResult, import_table, propose_plan
from fiedler.tables.plan import ImportPlan

__all__ = ["ColumnProfile", "ImportPlan", "ImportResult", "import_table", "propose_plan"]
