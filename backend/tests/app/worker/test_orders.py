"""What a child is told to do follows from the database and the settings."""

import pytest
from queue_rows import Rows

from app.jobs.models import ClusteringJob
from app.settings import Settings
from app.worker.orders import order_fit


@pytest.mark.parametrize(("enabled", "device"), [(False, "cpu"), (True, "cuda")])
def test_fit_uses_a_gpu_only_when_one_is_enabled(
    rows: Rows, settings: Settings, enabled: bool, device: str
) -> None:
    dataset = rows.dataset(
        table_key="7ab1e", original_name="t.csv", upload_bytes=1, upload_sha256="0", upload_key="k"
    )
    job = rows.job("fit", dataset_id=dataset, parameters={"method": "landmark"})
    with rows.database.read() as session:
        order = order_fit(
            session,
            session.get_one(ClusteringJob, job),
            settings.model_copy(
                update={
                    "gpu_enabled": enabled,
                    "worker_memory_limit_bytes": 2**30,
                    "dask_scheduler_address": "tcp://cluster:8786",
                    "dask_minimum_rows": 7,
                }
            ),
        )
    assert order["device"] == device
    assert order["memory_limit_bytes"] == 2**30
    assert (order["dask_scheduler_address"], order["dask_minimum_rows"]) == ("tcp://cluster:8786", 7)
    assert order["table_key"] == "7ab1e"
    assert order["parameters"] == {"method": "landmark"}
