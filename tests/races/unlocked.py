"""`fund` with the locks taken away, for the controls: it looks, lets go, takes a moment to think, and only then writes.

Every `SELECT ... FOR UPDATE` (or `FOR SHARE`) is sent without its lock. On SQLite the one writer at a time is itself
the lock, so it is let go after each such look and taken again. Nothing else is changed; the chain of the log keeps its
lock, for it alone would stop most of what the controls are to show.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from fund.cli import main

MOMENT_SECONDS = 0.1


@event.listens_for(Session, "do_orm_execute")
def _only_look(state: ORMExecuteState) -> Any:
    if not state.is_select or getattr(state.statement, "_for_update_arg", None) is None:
        return None
    statement: Any = state.statement._clone()
    table = statement.get_final_froms()[0].name
    if table == "audit_head":
        return None
    statement._for_update_arg = None
    found = state.invoke_statement(statement=statement).freeze()
    connection = state.session.connection()
    # Who has looked at a round goes on at once, everybody else is slow: so an end can overtake a ballot.
    moment = 0 if table == "round" else MOMENT_SECONDS
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        time.sleep(moment)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        time.sleep(moment)
    return found()


if __name__ == "__main__":
    main()
