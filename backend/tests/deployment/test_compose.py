"""docker-compose.yml says what the operations guide promises, by the real Compose."""

import re
from pathlib import Path

import pytest
import yaml
from stack import REPOSITORY, SECRETS, configuration, run_compose

from app.settings import Settings

ALWAYS = {"db", "redis", "migrate", "api", "gateway", "worker"}
BY_PROFILE = {
    (): ALWAYS,
    ("frontend",): ALWAYS | {"frontend"},
    ("cache",): ALWAYS | {"redis-exporter"},
    ("production",): ALWAYS | {"frontend", "nginx"},
    ("monitoring",): ALWAYS
    | {"prometheus", "alertmanager", "grafana", "postgres-exporter", "redis-exporter"},
    ("cluster",): ALWAYS | {"dask-scheduler", "dask-worker"},
}
ALL = tuple(profile for profiles in BY_PROFILE for profile in profiles)


@pytest.mark.parametrize("profiles", [*BY_PROFILE, ALL])
def test_each_profile_is_valid_alone_and_all_together(profiles):
    expected = BY_PROFILE.get(profiles) or set.union(*BY_PROFILE.values())
    assert set(configuration(*profiles)["services"]) == expected


@pytest.mark.parametrize("secret", SECRETS)
def test_a_missing_secret_stops_everything_and_is_named(secret):
    done = run_compose("config", **{name: value for name, value in SECRETS.items() if name != secret})
    assert done.returncode != 0
    assert secret in done.stderr
    assert "make env" in done.stderr


def test_names_are_those_of_the_guide():
    found = configuration(*ALL)
    assert found["name"] == "clustering"
    assert found["networks"]["clustering_network"]["name"] == "clustering_clustering_network"
    assert found["networks"]["clustering_internal"]["internal"] is True


def test_ports_are_those_of_the_guide_and_only_the_page_and_nginx_face_the_world():
    services = configuration(*ALL)["services"]
    ports = {
        (name, port["published"], port["target"], port.get("host_ip"))
        for name, service in services.items()
        for port in service.get("ports", [])
    }
    assert ports == {
        ("gateway", "8000", 8000, "127.0.0.1"),
        ("db", "5432", 5432, "127.0.0.1"),
        ("redis", "6379", 6379, "127.0.0.1"),
        ("frontend", "3000", 3000, None),
        ("nginx", "80", 80, None),
        ("nginx", "443", 443, None),
        ("prometheus", "9090", 9090, "127.0.0.1"),
        ("alertmanager", "9093", 9093, "127.0.0.1"),
        ("grafana", "3001", 3000, "127.0.0.1"),
    }


def test_api_and_worker_can_be_scaled():
    services = configuration()["services"]
    assert not [name for name, service in services.items() if "container_name" in service]
    assert not [name for name in ("api", "worker") if services[name].get("ports")], "a port is taken once"


@pytest.mark.parametrize("name", ["migrate", "api", "worker", "gateway", "frontend", "dask-worker"])
def test_our_processes_are_confined(name):
    service = configuration(*ALL)["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert [mount.partition(":")[0] for mount in service["tmpfs"]] == ["/tmp"]


def test_a_dask_cluster_is_reached_from_inside_alone_and_sees_the_results():
    services = configuration("cluster")["services"]
    for name in ("dask-scheduler", "dask-worker"):
        assert set(services[name]["networks"]) == {"clustering_internal"}, "it runs whatever it is sent"
        assert not services[name].get("ports")
    (mount,) = services["dask-worker"]["volumes"]
    assert mount in services["worker"]["volumes"], "paths must lead both to the same files"


def test_workers_get_the_gpu_and_an_image_that_can_use_it():
    plain = configuration("production")["services"]
    services = configuration("production", override="docker-compose.gpu.yml")["services"]
    worker = services.pop("worker")
    without = plain.pop("worker")
    assert services == plain, "the API needs none"
    assert worker["image"] == "local/clustering-backend-gpu:latest", "the other image keeps its name"
    (device,) = worker["deploy"]["resources"]["reservations"]["devices"]
    assert (device["driver"], device["capabilities"]) == ("nvidia", ["gpu"])
    assert worker["deploy"]["resources"]["limits"] == without["deploy"]["resources"]["limits"]
    assert worker["environment"] == {
        **without["environment"],
        "GPU_ENABLED": "true",
        "CUDA_VISIBLE_DEVICES": "0",
    }
    folder = Path(worker["build"]["context"])
    locks = [
        dict(re.findall(r"^(\S+)==(\S+)", (folder / name).read_text(), re.MULTILINE))
        for name in (worker["build"]["args"]["REQUIREMENTS"], "requirements.txt")
    ]
    assert "torch" in locks[0]
    assert locks[1].items() <= locks[0].items(), "the same versions compute the same"


def test_the_port_of_the_page_can_be_kept_inside():
    (port,) = configuration("production", FRONTEND_HOST_PORT="127.0.0.1:3000")["services"]["frontend"][
        "ports"
    ]
    assert (port["host_ip"], port["published"]) == ("127.0.0.1", "3000")


def test_every_service_rotates_its_log_and_knows_its_limit():
    for name, service in configuration(*ALL)["services"].items():
        assert service["logging"] == {
            "driver": "json-file",
            "options": {"max-size": "10m", "max-file": "3"},
        }, name
        if name != "migrate":
            assert int(service["deploy"]["resources"]["limits"]["memory"]) > 0, name


def test_limits_leave_room_on_a_machine_of_8_gb():
    services = configuration("production")["services"]
    total = sum(
        int(service["deploy"]["resources"]["limits"]["memory"])
        for service in services.values()
        if "deploy" in service
    )
    assert total < 8 * 1024**3


def test_images_take_registry_and_tag():
    services = configuration("production", REGISTRY="ghcr.io/your-org", TAG="1.2.3")["services"]
    assert (
        services["api"]["image"] == services["worker"]["image"] == "ghcr.io/your-org/clustering-backend:1.2.3"
    )
    assert services["frontend"]["image"] == "ghcr.io/your-org/clustering-frontend:1.2.3"


def test_service_gets_no_setting_it_does_not_know():
    # CUDA reads its own.
    known = {name.upper() for name in Settings.model_fields} | {"CUDA_VISIBLE_DEVICES"}
    for name in ("api", "worker", "migrate"):
        given = set(configuration()["services"][name]["environment"])
        assert given <= known, given - known


@pytest.mark.parametrize("context", ["backend", "frontend", "nginx"])
def test_images_are_built_from_their_own_folder_alone(context):
    text = (REPOSITORY / context / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert not source.startswith(("..", "/")), line
            assert list((REPOSITORY / context).glob(source)), f"{source} is not in {context}"


@pytest.mark.parametrize("context", ["backend", "frontend"])
def test_images_run_as_user_1000(context):
    text = (REPOSITORY / context / "Dockerfile").read_text()
    assert "useradd --create-home --uid 1000 appuser" in text
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE)[-1] == "appuser"
    assert "HEALTHCHECK" in text


def test_compose_file_is_plain_yaml_without_repeated_keys():
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node):
        keys = [loader.construct_object(key) for key, _ in node.value if key.value != "<<"]
        assert len(keys) == len(set(keys)), keys
        loader.flatten_mapping(node)
        return {loader.construct_object(key): loader.construct_object(value) for key, value in node.value}

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    yaml.load((REPOSITORY / "docker-compose.yml").read_text(), Strict)
