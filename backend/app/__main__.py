"""The entry of ``python -m app``; imports nothing by itself, because job children import it again."""

if __name__ == "__main__":
    from app.cli import cli

    cli(prog_name="python -m app")
