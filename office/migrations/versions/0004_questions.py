"""Questions passed on to secretaries, drafts of cards, and votes by card"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("card", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(length=300), nullable=True),
        sa.Column("request_key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["members.id"], name=op.f("fk_questions_closed_by_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_questions_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_questions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("request_key", name=op.f("uq_questions_request_key")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_questions_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_questions_organisation_id"), ["organisation_id"], unique=False
        )
    op.create_table(
        "draft_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=600), nullable=False),
        sa.Column("answer", sa.String(length=600), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["members.id"], name=op.f("fk_draft_cards_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_draft_cards_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_cards")),
        sa.UniqueConstraint("question_id", name=op.f("uq_draft_cards_question_id")),
    )
    op.create_table(
        "card_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("up", sa.Integer(), nullable=False),
        sa.Column("down", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_votes")),
        sa.UniqueConstraint("card", "day", name=op.f("uq_card_votes_card_day")),
    )


def downgrade() -> None:
    for table in ("card_votes", "draft_cards", "questions"):
        op.drop_table(table)
