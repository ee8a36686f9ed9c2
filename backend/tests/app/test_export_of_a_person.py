import hashlib
import json
import zipfile

from typer.testing import CliRunner

from app.cli import cli


def test_a_person_is_handed_all_that_is_kept(
    client, owner, stranger, database, settings, run_id, monkeypatch, tmp_path
):
    client.post("/api/v1/datasets?filename=not-hers.csv", content=b"x\n3\n", headers=stranger.headers)
    monkeypatch.setattr("app.users.commands.existing_database", lambda: database)
    monkeypatch.setattr("app.users.commands.get_settings", lambda: settings)
    path = tmp_path / "owner.zip"
    answer = CliRunner().invoke(cli, ["users", "export", "owner", str(path)])
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        for entry in manifest["files"]:
            content = packed.read(entry["path"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["bytes"], entry["sha256"])
        names = {entry["path"] for entry in manifest["files"]}
        (account,) = json.loads(packed.read("account.json"))
        datasets = json.loads(packed.read("datasets.json"))
        everything = b"".join(packed.read(name) for name in names)
    assert {"uploads/1-points.csv", "tables/1.parquet", f"labels/run-{run_id}-2-clusters.npy"} <= names
    assert manifest["missing"] == []
    assert (account["username"], len(datasets)) == ("owner", 1)
    assert "password_hash" not in account
    assert b"not-hers" not in everything
    assert CliRunner().invoke(cli, ["users", "export", "owner", str(path)]).exit_code == 1
