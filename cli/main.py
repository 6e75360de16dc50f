"""The command ``zhibu``: each subcommand reads its arguments, calls one thing and prints it.

A command imports what it needs itself: ``zhibu --help`` loads no database, model or messenger.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli import bookings, documents, outbox
from cli.calendar import calendar
from cli.drafts import list_drafts, list_votes
from cli.due import due
from cli.options import Json
from cli.screen import (
    bars,
    clear_errors,
    day,
    err,
    fail,
    loaded,
    out,
    print_json,
    progress,
    today,
)
from delivery.clock import utc_now
from texts import say

if TYPE_CHECKING:
    from bot.answers.service import AnswerService

app = typer.Typer(help=say("cli.help"), no_args_is_help=True, pretty_exceptions_enable=False)
evals = typer.Typer(help=say("cli.help_eval"), no_args_is_help=True)
knowledge = typer.Typer(help=say("cli.help_knowledge"), no_args_is_help=True)
app.add_typer(evals, name="eval")
app.add_typer(knowledge, name="knowledge")
knowledge.command("import", help=say("cli.help_knowledge_import"))(documents.import_documents)
knowledge.command("index", help=say("cli.help_knowledge_index"))(documents.index)
knowledge.command("calibrate-passages", help=say("cli.help_knowledge_calibrate_passages"))(
    documents.calibrate_passages
)
knowledge.command("drafts", help=say("cli.help_knowledge_drafts"))(list_drafts)
knowledge.command("votes", help=say("cli.help_knowledge_votes"))(list_votes)
bookings.add_to(app)
app.add_typer(calendar, name="calendar")
app.command("due", help=say("cli.help_due"))(due)
outbox.add_to(app)

Day = Annotated[str | None, typer.Option(help=say("cli.opt_as_of"))]


@app.command(help=say("cli.help_up"))
def up(only: Annotated[str | None, typer.Option(help=say("cli.opt_only"))] = None) -> None:
    """Start the assistant."""
    from cli.up import up as start

    start(only)


@app.command(help=say("cli.help_doctor"))
def doctor(as_json: Json = False) -> None:
    """Examine the installation."""
    from cli.doctor import Health, examine

    findings = list(examine(loaded(), today()))
    if as_json:
        print_json([finding.as_json() for finding in findings])
    else:
        marks = {Health.OK: "[green]✓[/]", Health.IDLE: "[yellow]·[/]", Health.BAD: "[red]✗[/]"}
        for finding in findings:
            out.print(f"{marks[finding.health]} {finding.what}  [dim]{escape(finding.detail)}[/]")
            if finding.health != Health.OK and finding.remedy:
                out.print(f"    → {finding.remedy}")
    if any(finding.health == Health.BAD for finding in findings):
        raise typer.Exit(1)


@app.command(help=say("cli.help_invite"))
def invite(number: Annotated[str, typer.Argument(help=say("cli.arg_member"))]) -> None:
    """Make a one-time link."""
    import asyncio

    import segno
    from telegram.error import TelegramError

    from cli.doctor import bot_name
    from office import invitations, members
    from office.errors import NotFoundError
    from office.schema import open_current

    settings = loaded()
    with clear_errors(), open_current(settings.database_url).writing() as session:
        member = members.by_number(session, number)
        if member is None:
            raise NotFoundError("no_such_member", number=number)
        token = invitations.invite(session, member, now=utc_now())
    link = f"{settings.public_url}/i/{token}"
    out.print(say("cli.invite_for", name=member.name, number=member.number))
    out.print(say("cli.invite_web", link=link))
    if not settings.telegram_token:
        out.print(say("cli.invite_no_telegram"))
    else:
        try:
            link = f"https://t.me/{asyncio.run(bot_name(settings))}?start={token}"
            out.print(say("cli.invite_telegram", link=link))
        except TelegramError:
            out.print(say("cli.invite_telegram_down"))
    segno.make(link).terminal(sys.stdout, compact=True)


@app.command(help=say("cli.help_ask"))
def ask(
    question: Annotated[str, typer.Argument(help=say("cli.arg_question"))],
    as_of: Day = None,
    as_json: Json = False,
) -> None:
    """Ask the answer service."""
    answer = open_answers().ask(question, as_of=day(as_of, today()))
    if not as_json:
        out.print(escape(answer.text))
        for related in answer.related:
            out.print(f"[dim]  · {escape(related)}[/]")
        return
    print_json(
        {
            "outcome": answer.outcome.value,
            "answer": answer.text,
            "citations": [
                {"document": c.document, "article": c.article, "effective": c.effective}
                for c in answer.citations
            ],
            "local": answer.local,
            "confidence": round(answer.confidence, 4),
            "related": list(answer.related),
        }
    )


def open_answers() -> AnswerService:
    """The answer service, with a bar while cards are embedded for the first time."""
    from bot.answers.service import AnswerService

    with clear_errors():
        try:
            return AnswerService.open(passages=loaded().passages_folder)
        except (OSError, KeyError, ValueError):
            fail(say("cli.not_calibrated"))


@app.command(help=say("cli.help_chat"))
def chat(
    number: Annotated[str | None, typer.Option("--as", help=say("cli.opt_as"))] = None,
    as_json: Json = False,
) -> None:
    """Talk to the running assistant."""
    from cli.chat import Conversation
    from office.schema import open_current

    settings = loaded()
    with clear_errors():
        talk = Conversation(settings, open_current(settings.database_url), number)
        try:
            for line in sys.stdin:
                for reply in talk.say(line.rstrip("\n")):
                    if as_json:
                        print_json(reply.as_json())
                    else:
                        out.print(escape(reply.text))
                        for button in reply.buttons:
                            out.print(f"  [red]\\[{escape(button['title'])}][/]")
                    sys.stdout.flush()
        finally:
            talk.close()


@evals.command("answers", help=say("cli.help_eval_answers"))
def eval_answers(
    file: Annotated[Path, typer.Argument(help=say("cli.arg_file"))], as_json: Json = False
) -> None:
    """Evaluate the answer service."""
    from cli.evaluate import evaluate, read_questions

    with clear_errors():
        questions = read_questions(file)
    service = open_answers()
    with progress(say("cli.evaluating")) as shown:
        report = evaluate(service, questions, today(), shown)
    if as_json:
        print_json(report.as_json())
        return
    figures = report.as_json()
    table = Table(show_header=False)
    for key, name, form in (
        ("n", "n", "{}"),
        ("accuracy", "accuracy", "{:.1%}"),
        ("false_answer_rate", "false", "{:.1%}"),
        ("wrong_answer_rate", "wrong", "{:.1%}"),
        ("citation_accuracy", "citation", "{:.1%}"),
        ("p50_ms", "p50", "{} ms"),
        ("p95_ms", "p95", "{} ms"),
    ):
        table.add_row(say(f"cli.eval_{name}"), form.format(figures[key]))
    out.print(table)
    for failure in report.failures:
        out.print(f"[red]✗[/] {escape(failure['question'])}  [dim]{escape(failure['why'])}[/]")


@evals.command("intents", help=say("cli.help_eval_intents"))
def eval_intents(
    file: Annotated[Path, typer.Argument(help=say("cli.arg_file"))], as_json: Json = False
) -> None:
    """Evaluate the language model."""
    from cli.intents import evaluate

    with clear_errors(), err.status(say("cli.evaluating")):
        figures = evaluate(file)
    if as_json:
        print_json(figures)
        return
    table = Table(*(say(f"cli.intent_{name}") for name in ("name", "n", "precision", "recall")))
    for name, row in figures["intents"].items():
        table.add_row(name, str(row["n"]), f"{row['precision']:.1%}", f"{row['recall']:.1%}")
    out.print(table)
    overall = {key: figures[key] for key in ("n", "accuracy", "macro_f1")}
    out.print(say("cli.intent_overall", **overall))
    for failure in figures["failures"]:
        out.print(
            f"[red]✗[/] {escape(failure['text'])}  "
            f"[dim]{failure['intent']} → {failure['understood']}[/]"
        )


@knowledge.command("check", help=say("cli.help_knowledge_check"))
def check() -> None:
    """Lint the cards."""
    from bot.answers import cards

    with clear_errors():
        known = cards.load()
    found = list(cards.problems(known, today=today()))
    for problem in found:
        out.print(escape(problem))
    if found:
        fail(say("cli.check_found", n=len(found)))
    out.print(say("cli.check_ok", cards=len(known.cards)))


@knowledge.command("calibrate", help=say("cli.help_knowledge_calibrate"))
def calibrate() -> None:
    """Fit the confidence model anew."""
    from bot.answers import cards, confidence
    from bot.answers.calibration import calibrate as fit
    from bot.answers.embeddings import MADE, SHIPPED, Store
    from bot.answers.off_topic import off_topic
    from bot.answers.service import embedded
    from bot.answers.words import plain

    with clear_errors(), bars() as begin:
        known, store = list(cards.load().cards.values()), Store(SHIPPED, MADE)
        vectors = embedded(known, begin(say("cli.embedding_cards")), store)
        questions = [said for card in known for said in card.asked] + off_topic()
        store.ship(SHIPPED, list(map(plain, questions)), [card.body for card in known])
        fitted = fit(
            known,
            vectors,
            off_topic(),
            confidence.load().thresholds,
            begin(say("cli.calibrating")),
        )
    confidence.save(fitted)
    for file in (confidence.FILE, SHIPPED):
        err.print(str(file.relative_to(file.parents[1])))


def main() -> None:
    """The entry point."""
    app()
