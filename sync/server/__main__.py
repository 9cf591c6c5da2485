"""The command line of the centre, for whoever runs it: ``gridhub serve``, and one command for each act of the office."""

import typer

from sync.server.console import data, people, receipts, sealed, serving

app = typer.Typer(
    name="gridhub", no_args_is_help=True, add_completion=False, help="网格中心：让各台电脑的数据一致。"
)
app.command("serve")(serving.serve)
app.add_typer(people.account, name="account")
app.add_typer(people.device, name="device")
app.add_typer(people.audit, name="audit")
app.add_typer(sealed.quarantine, name="quarantine")
app.command("receipt")(receipts.receipt_command)
app.command("backup")(data.backup_command)
app.command("restore")(data.restore_command)
app.command("new-epoch")(data.new_epoch)
app.command("views")(data.views_command)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
