"""The manifests of deploy/kubernetes by the schemas of Kubernetes, and by each other; no cluster runs."""

import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml
from stack import REPOSITORY

from app.settings import Settings

FOLDER = REPOSITORY / "deploy" / "kubernetes"
# The oldest that docs/operations/kubernetes.md names, and the newest there is a schema of.
VERSIONS = ("1.30", kubernetes_validate.latest_version())
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())


def manifests() -> list[dict[str, Any]]:
    return [
        document
        for name in KUSTOMIZATION["resources"]
        for document in yaml.safe_load_all((FOLDER / name).read_text())
    ]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in manifests() if each["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    return {
        name: each["spec"]["template"]
        for kind in ("Deployment", "Job")
        for name, each in of_kind(kind).items()
    }


def configuration() -> dict[str, str]:
    lines = (FOLDER / "configuration.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_what_kubernetes_expects(version):
    for manifest in manifests():
        kubernetes_validate.validate(manifest, version, strict=True)


def test_the_schemas_find_what_is_wrong():
    wrong = of_kind("Deployment")["api"]
    wrong["spec"]["template"]["spec"]["containers"][0]["imagePullPolice"] = "Always"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_every_file_is_in_the_kustomization_and_nothing_is_there_twice():
    assert {path.name for path in FOLDER.glob("*.yaml")} == {
        *KUSTOMIZATION["resources"],
        "kustomization.yaml",
    }
    named = [(each["kind"], each["metadata"]["name"]) for each in manifests()]
    assert len(named) == len(set(named))


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kustomize_puts_images_and_configuration_in():
    done = subprocess.run(["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=True)
    rendered = list(yaml.safe_load_all(done.stdout))
    assert len(rendered) == len(manifests()) + 1, "and the configuration"
    (api,) = (each for each in rendered if (each["kind"], each["metadata"]["name"]) == ("Deployment", "api"))
    (settings,) = (each for each in rendered if each["kind"] == "ConfigMap")
    (container,) = api["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "your-registry/clustering-backend:latest"
    assert container["envFrom"] == [{"configMapRef": {"name": settings["metadata"]["name"]}}]
    assert settings["data"] == configuration()
    for manifest in rendered:
        kubernetes_validate.validate(manifest, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("name", ["api", "worker", "migrate", "frontend"])
def test_pods_are_confined_as_the_namespace_demands(name):
    pod = pods()[name]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 1000, "the user of the images"
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["requests"]
    assert container["resources"]["limits"]["memory"]
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    assert "/tmp" in {mount["mountPath"] for mount in container["volumeMounts"]}
    images = {image["name"] for image in KUSTOMIZATION["images"]}
    assert container["image"] in images, "it gets registry and tag"


def test_the_service_starts_with_the_settings_and_the_files_of_the_secret(monkeypatch, tmp_path):
    given = configuration()
    assert {name.lower() for name in given} <= set(Settings.model_fields), "a setting it does not know"
    (container,) = pods()["api"]["spec"]["containers"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    content = {
        "jwt_secret": "0123456789abcdef" * 4,
        "database_url": "postgresql://clustering:a-password@database/clustering",
        "redis_password": "another-password",
        "s3_secret_access_key": "a-key",
    }
    for name, value in content.items():
        assert given[f"{name.upper()}_FILE"] == f"{mounts['secrets']}/{name}"
        (tmp_path / name).write_text(value)
        given[f"{name.upper()}_FILE"] = str(tmp_path / name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    assert settings.jwt_secret == content["jwt_secret"]
    assert settings.database_url.endswith("database/clustering")
    assert str(settings.artifact_cache_dir).startswith(mounts["data"])


def test_services_budgets_and_scalers_point_at_pods_that_are_there():
    deployments = of_kind("Deployment")
    for kind in ("Service", "PodDisruptionBudget"):
        for name, each in of_kind(kind).items():
            selector = each["spec"]["selector"]
            labels = pods()[name]["metadata"]["labels"]
            assert selector.get("matchLabels", selector) == labels, (kind, name)
    for name, scaler in of_kind("HorizontalPodAutoscaler").items():
        assert scaler["spec"]["scaleTargetRef"]["name"] in deployments
        assert "replicas" not in deployments[name]["spec"], "each apply would undo what the autoscaler did"
        assert scaler["spec"]["minReplicas"] > 1, "a budget of one would keep a node from being emptied"
        (container,) = deployments[name]["spec"]["template"]["spec"]["containers"]
        assert container["resources"]["requests"]["cpu"], "it is a share of this"
    for name, deployment in deployments.items():
        assert deployment["spec"]["selector"]["matchLabels"] == pods()[name]["metadata"]["labels"]


def test_probes_and_policies_name_ports_that_are_there():
    ports = {
        name: {port["name"] for container in pod["spec"]["containers"] for port in container.get("ports", [])}
        for name, pod in pods().items()
    }
    for name, pod in pods().items():
        for container in pod["spec"]["containers"]:
            probes = [container[probe] for probe in container if probe.endswith("Probe")]
            assert bool(probes) == (name != "migrate")
            assert {probe["httpGet"]["port"] for probe in probes} <= ports[name]
    (api,) = pods()["api"]["spec"]["containers"]
    assert api["livenessProbe"]["httpGet"]["path"] == "/livez", "a lost database is no reason to start anew"
    assert api["readinessProbe"]["httpGet"]["path"] == "/readyz"
    policies = of_kind("NetworkPolicy")
    assert policies["nothing-else"]["spec"]["podSelector"] == {}
    assert "ingress" not in policies["nothing-else"]["spec"]


def test_the_ingress_leads_where_nginx_does_and_hides_metrics():
    (ingress,) = of_kind("Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    leads = {each["path"]: each["backend"]["service"]["name"] for each in rule["http"]["paths"]}
    assert leads == {
        **dict.fromkeys(("/api/", "/ws", "/health", "/livez", "/readyz"), "api"),
        "/": "frontend",
    }
    assert f"https://{rule['host']}" == configuration()["PUBLIC_URL"]
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    assert set(leads.values()) <= set(of_kind("Service"))
