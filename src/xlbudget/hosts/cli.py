"""命令行. Builds its parser from the declared commands; Chinese help, clear errors, a progress bar on long work."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import xlbudget.app.commands
import xlbudget.hosts.addin
from xlbudget.app.registry import COMMANDS, FAILED, OK, Argument, Command

assert xlbudget.app.commands and xlbudget.hosts.addin  # declare the commands, and the one that makes the hosts

T = TypeVar("T")


class Terminal:
    """对话. Results on standard output; progress and problems on standard error."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet

    def result(self, text: str) -> None:
        sys.stdout.write(text)

    def say(self, text: str) -> None:
        if not self.quiet:
            print(text, file=sys.stderr)

    def problem(self, text: str) -> None:
        print(f"错误：{text}", file=sys.stderr)

    @property
    def colour(self) -> bool:
        return sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def progress(self, items: Sequence[T], title: str) -> Iterable[T]:
        """The items; a bar on a terminal once the work has taken a second."""
        start = time.monotonic()
        drawn = False
        visible = not self.quiet and sys.stderr.isatty()
        for n, item in enumerate(items):
            if visible and time.monotonic() - start > 1:
                drawn = True
                _draw(title, n, len(items), time.monotonic() - start)
            yield item
        if drawn:
            print("\r\x1b[K", end="", file=sys.stderr)

    @contextmanager
    def meter(self, title: str) -> Iterator[Callable[[int, int, float], None]]:
        """Draws a bar with rate and time left, at most ten times a second, once a second has passed."""
        visible = not self.quiet and sys.stderr.isatty()
        drawn = 0.0

        def shown(done: int, total: int, seconds: float) -> None:
            nonlocal drawn
            if visible and seconds > 1 and seconds - drawn > 0.1:
                drawn = seconds
                _draw(title, done, total, seconds)

        yield shown
        if drawn:
            print("\r\x1b[K", end="", file=sys.stderr)


def _draw(title: str, done: int, total: int, seconds: float) -> None:
    width = 24
    filled = width * done // total
    left = f"，每秒 {done / seconds:.1f} 份，约剩 {seconds / done * (total - done):.0f} 秒" if done else ""
    print(
        f"\r\x1b[K{title} [{'█' * filled}{'·' * (width - filled)}] {done}/{total}{left}",
        end="",
        file=sys.stderr,
        flush=True,
    )


class _Parser(argparse.ArgumentParser):
    """argparse with Chinese words and exit status 2 for a wrong call."""

    def error(self, message: str) -> NoReturn:
        print(f"错误：{_chinese(message)}\n用 {self.prog} --help 查看用法。", file=sys.stderr)
        raise SystemExit(FAILED)


def _chinese(message: str) -> str:
    for english, chinese in (
        ("the following arguments are required: ", "缺少参数："),
        ("unrecognized arguments: ", "不认识的参数："),
        ("invalid choice: ", "不认识的选项："),
        ("expected one argument", "后面应有一个值"),
        ("expected at least one argument", "后面应至少有一个值"),
        ("choose from", "可用"),
        ("argument ", "参数 "),
    ):
        message = message.replace(english, chinese)
    return message


def build_parser() -> argparse.ArgumentParser:
    """The parser of all declared commands."""
    from xlbudget import __version__

    parser = _Parser(prog="xlbudget", description="预算公开、决算公开的核对、填报与发布工具", add_help=False)
    parser.add_argument("-h", "--help", action="help", help="显示帮助")
    parser.add_argument("--version", action="version", version=f"xlbudget {__version__}", help="显示版本")
    groups = parser.add_subparsers(dest="command", metavar="命令", title="命令", parser_class=_Parser)
    for name, declared in COMMANDS.items():
        sub = groups.add_parser(
            name, help=declared.help, description=declared.help, add_help=False, epilog=f"例：{declared.example}"
        )
        sub.add_argument("-h", "--help", action="help", help="显示帮助")
        sub.add_argument("--quiet", action="store_true", help="不显示进度和提示")
        for argument in declared.arguments:
            _add(sub, argument)
    return parser


def _add(parser: argparse.ArgumentParser, argument: Argument) -> None:
    options: dict[str, Any] = {"help": argument.help}
    if argument.flag:
        options["action"] = "store_true"
    else:
        if argument.metavar:
            options["metavar"] = argument.metavar
        if argument.choices:
            options["choices"] = argument.choices
        if argument.default is not None:
            options["default"] = argument.default
    optional = argument.name.startswith("-")
    if optional and argument.required and not argument.flag:
        options["required"] = True
    if not optional:
        if argument.many:
            options["nargs"] = "+" if argument.required else "*"
        elif not argument.required:
            options["nargs"] = "?"
    parser.add_argument(argument.name, **options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    parser = build_parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help()
        return OK
    declared: Command = COMMANDS[given.command]
    try:
        return declared.run(Terminal(given.quiet), vars(given))
    except KeyboardInterrupt:
        print("\n已中止。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


if __name__ == "__main__":
    raise SystemExit(main())
