"""What Moodle does to grades where somebody changes an assignment's maximum."""

from __future__ import annotations

from moodle_cpd.demo.world import World


def cut(world: World, activity: str, maximum: int) -> None:
    """Change the maximum with 'Rescale existing grades: No'.

    Source: ``grade_item::bounded_grade``.
    """
    with world.lock:
        assignment = world.assignment(activity)
        assignment.grade = maximum
        for (of, user), entry in world.tables.gradebook.items():
            if of == assignment.id and entry.final is not None:
                entry.final = min(world.tables.grades[of][user][-1].grade, maximum)


def rescale(world: World, activity: str, maximum: int) -> None:
    """Change the maximum with 'Rescale existing grades: Yes'; nobody is noted as the one who did.

    Source: ``assign_rescale_activity_grades`` in ``mod/assign/lib.php``.
    """
    with world.lock:
        assignment = world.assignment(activity)
        factor = maximum / assignment.grade
        for rows in world.tables.grades.get(assignment.id, {}).values():
            for row in rows:
                if row.grade >= 0:
                    row.grade = round(row.grade * factor, 5)
        for (of, _), entry in world.tables.gradebook.items():
            if of == assignment.id and entry.final is not None:
                entry.final = round(entry.final * factor, 5)
        assignment.grade = maximum
