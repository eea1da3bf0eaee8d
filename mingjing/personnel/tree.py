"""The tree of agencies as one query on either database; who may look down it is in `permissions`."""

from django.db import connection

# UNION, not UNION ALL: a loop in the data would end the walk instead of hanging it.
SUBTREE = """
WITH RECURSIVE subtree (id, code) AS (
    SELECT id, code FROM personnel_agency WHERE id = %s
    UNION
    SELECT child.id, child.code FROM personnel_agency child JOIN subtree ON child.parent_id = subtree.id
)
SELECT id, code FROM subtree
"""


def subtree(agency_id: int) -> dict[int, str]:
    """Give id and code of an agency and of everything below it, the agency itself first."""
    with connection.cursor() as cursor:
        cursor.execute(SUBTREE, [agency_id])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[0] != agency_id, row[1]))
    return {int(row[0]): str(row[1]) for row in rows}
