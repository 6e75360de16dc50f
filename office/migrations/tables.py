"""How migrations write a table; 0005 and what comes after it are written so."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def to(table: str, column: str, *, nullable: bool = False) -> sa.Column[Any]:
    """A column that refers to a table."""
    return sa.Column(column, sa.Integer(), sa.ForeignKey(f"{table}.id"), nullable=nullable)


def create(
    name: str,
    *columns: sa.schema.SchemaItem,
    unique: tuple[str, ...] = (),
    index: tuple[str, ...] = (),
) -> None:
    """A table with an id, its constraints named as the models name them."""
    parts: list[sa.schema.SchemaItem] = [sa.Column("id", sa.Integer(), nullable=False)]
    parts += columns
    parts.append(sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))
    if unique:
        parts.append(sa.UniqueConstraint(*unique, name=op.f(f"uq_{name}_{'_'.join(unique)}")))
    op.create_table(name, *parts)
    for column in index:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])
