"""Append-only tables: what the database itself refuses, and the one way past it.

Every history table, the access log and each model with `only_grows` get triggers: rows are dated by
the server (not those of `only_grows`), UPDATE, DELETE and TRUNCATE are refused, and what the
retention routine does leaves a count.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, models

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION audit_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'history_date' THEN
        NEW.history_date := clock_timestamp();
    ELSE
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone integer;
BEGIN
    IF coalesce(current_setting('privacyboard.forgetting', true), '') = '' THEN
        RAISE EXCEPTION 'append-only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'TRUNCATE' THEN  -- the only one of the three without a table of old rows
        EXECUTE format('SELECT count(*) FROM %I', TG_TABLE_NAME) INTO gone;
        PERFORM audit_write_count(TG_TABLE_NAME, TG_OP, gone);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION audit_write_count(name text, operation text, gone integer)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF gone > 0 THEN
        INSERT INTO audit_forgettingcount (at, table_name, operation, rows, reason)
        VALUES (clock_timestamp(), name, lower(operation), gone,
                left(current_setting('privacyboard.forgetting', true), 200));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION audit_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone integer;
BEGIN
    SELECT count(*) INTO gone FROM before_rows;
    PERFORM audit_write_count(TG_TABLE_NAME, TG_OP, gone);
    RETURN NULL;
END $$;
"""

_TRIGGERS = """
CREATE OR REPLACE TRIGGER audit_stamp BEFORE INSERT ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_stamp('{column}');
CREATE OR REPLACE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE OR REPLACE TRIGGER audit_count_update AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_count();
CREATE OR REPLACE TRIGGER audit_count_delete AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS before_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_count();
"""

# The rows of a many-to-many inside a history row have no date of their own: their parent has.
_UNDATED = _TRIGGERS.split("CREATE OR REPLACE TRIGGER audit_refuse", 1)
_UNDATED_TRIGGERS = "CREATE OR REPLACE TRIGGER audit_refuse" + _UNDATED[1]


def append_only_models() -> Iterator[tuple[type[models.Model], str]]:
    """Yield each model whose table only grows, with the column that the server dates (or "")."""
    for model in apps.get_models(include_auto_created=True):
        names = {field.name for field in model._meta.local_fields}
        if "history_date" in names:
            yield model, "history_date"
        elif "m2m_history_id" in names:
            yield model, ""
        elif model._meta.label == "audit.AccessEntry":
            yield model, "at"
        elif getattr(model, "only_grows", False):
            yield model, ""  # its moments are the act's own: a paper answer is older than its row


def lay_triggers() -> None:
    """Lay the triggers on every append-only table that exists; doing it again changes nothing."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if "audit_forgettingcount" not in present:
            return
        cursor.execute(_FUNCTIONS)
        for model, column in append_only_models():
            table = model._meta.db_table
            if table not in present:
                continue
            text = _TRIGGERS if column else _UNDATED_TRIGGERS
            cursor.execute(text.format(table=connection.ops.quote_name(table), column=column))
