"""What a planned fit will take, said by the API before anything is queued."""

import pytest
from stand_ins import is_problem

from app.datasets.models import Dataset


@pytest.fixture
def plan(client, owner, dataset_id):
    """Asks what a fit with some parameters would take."""

    def plan(**parameters):
        address = f"/api/v1/datasets/{dataset_id}/forecast"
        return client.post(address, json={"parameters": parameters}, headers=owner.headers)

    return plan


@pytest.fixture
def many_rows(database, dataset_id):
    with database.write() as session:
        session.get_one(Dataset, dataset_id).n_rows = 50_000


def test_stages_add_up_and_the_dominant_ones_are_named(plan, many_rows):
    expected = plan().json()
    assert (expected["n_samples"], expected["n_features"]) == (50_000, 1)
    assert (expected["method"], expected["consensus"], expected["refusal"]) == ("landmark", True, None)
    assert expected["method_reason"].startswith("Landmarks: 50,000 rows")
    assert expected["cpu_seconds"][expected["longest_stage"]] == max(expected["cpu_seconds"].values())
    assert 0 < expected["seconds"] <= sum(expected["cpu_seconds"].values())
    assert expected["memory_bytes"] == expected["stage_bytes"][expected["largest_stage"]]
    assert expected["memory_bytes"] == max(expected["stage_bytes"].values())


def test_more_work_is_forecast_to_take_more(plan, many_rows):
    few, many = (plan(method="exact", n_neighbors=n).json() for n in (5, 40))
    assert few["method"] == "exact"
    assert many["cpu_seconds"]["graph"] > few["cpu_seconds"]["graph"]
    assert many["memory_bytes"] > few["memory_bytes"]


def test_fit_beyond_the_memory_of_a_job_is_forecast_with_the_reason_for_refusal(app, plan, many_rows):
    app.state.settings = app.state.settings.model_copy(update={"job_memory_limit": 10**6})
    expected = plan(method="exact").json()
    assert expected["memory_bytes"] > expected["memory_bound"] == 10**6
    assert "50,000 rows of 1 column need about" in expected["refusal"]
    assert "JOB_MEMORY_LIMIT" in expected["refusal"]


def test_plan_that_could_not_be_asked_for_has_no_forecast(client, owner, plan):
    assert is_problem(plan(n_neighbors=1), 422, "request_invalid")
    assert plan(columns=["note"]).json()["errors"][0]["pointer"] == "/parameters/columns"
    dataset = client.post("/api/v1/datasets?filename=a.csv", content=b"x\n1\n", headers=owner.headers).json()
    address = f"/api/v1/datasets/{dataset['id']}/forecast"
    assert is_problem(client.post(address, json={}, headers=owner.headers), 409, "dataset_not_ready")
