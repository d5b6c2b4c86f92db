"""``plm``: one module per command group, imported only when its command is called."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "run": "Start the daemon in the foreground.",
    "status": "How the daemon is: counts and times, never text.",
    "complete": "Ask for the next few words.",
    "captures": "Review, search, export and delete what was captured.",
    "import": "Take in what you wrote elsewhere: mail, chats, notes.",
    "forget": "Forget what you wrote, and what was learned from it.",
    "sites": "Which sites may be captured from.",
    "personas": "The sides of you, with a wall between them.",
    "preferences": "How much is suggested.",
    "learn": "What PLM learns from your writing, and taking it back.",
    "federation": "A community that shares an adapter, and what goes there.",
    "pair": "Let a browser connect.",
    "base": "Base models on this machine.",
    "eval": "How good the completions are, on texts that you give it.",
    "simulate": "A federation of many authors on this machine.",
    "coordinator": "Bring people together whose models get better together.",
    "bench": "How fast this machine is.",
    "doctor": "Check what PLM needs, and say how to fix it.",
    "service": "Run PLM as a service of your session.",
}
"""Name and first line of help; the module of the same name in this package holds the rest."""
_MODULES = {"import": "importing"}
"""Where a name is none that a module can have."""


class LazyCommands(click.Group):
    """Imports a command's module when it is called, so that ``plm --help`` costs nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """In the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command itself."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"daemon.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="plm", prog_name="plm")
def main() -> None:
    """PLM, the Personal Language Model: completions from a model on your own machine."""
