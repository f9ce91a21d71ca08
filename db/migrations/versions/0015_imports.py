"""What an import did to which record, so that it can be taken back, and ids of other programs for every kind.

Revision: 0015; after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("imports") as table:
        table.add_column(sa.Column("source", sa.String(length=40)))
        table.add_column(sa.Column("layout", sa.String(length=60)))
        table.add_column(sa.Column("undone_at", _MOMENT))
        table.add_column(sa.Column("undone_by", _KEY))
        table.create_foreign_key("fk_imports_undone_by_users", "users", ["undone_by"], ["id"])
    op.create_table(
        "import_rows",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("import_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("before", _JSON),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name="fk_import_rows_import_id_imports"),
        sa.PrimaryKeyConstraint("id", name="pk_import_rows"),
    )
    op.create_index("ix_import_rows_import_id_kind", "import_rows", ["import_id", "kind"])
    op.create_table(
        "origins",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_origins"),
    )
    op.create_index("ix_origins_kind_source_external_id", "origins", ["kind", "source", "external_id"], unique=True)
    op.create_index("ix_origins_kind_record_id", "origins", ["kind", "record_id"])


def downgrade() -> None:
    op.drop_table("origins")
    op.drop_table("import_rows")
    with op.batch_alter_table("imports") as table:
        table.drop_constraint("fk_imports_undone_by_users", type_="foreignkey")
        table.drop_column("undone_by")
        table.drop_column("undone_at")
        table.drop_column("layout")
        table.drop_column("source")
