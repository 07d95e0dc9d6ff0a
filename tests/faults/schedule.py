"""What a seed stands for: how a site begins, what happens to it, and which faults hit which run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from random import Random

from moodle_cpd.demo.access import DEFAULT_CAPABILITIES
from moodle_cpd.demo.fault import LASTING, STATUSES, Fault, Strike
from moodle_cpd.pull.strategies import Strategy
from tests.faults.installation import APPLY, PHASES, PULL

Target = tuple[str, str, Fault]
"""Phase, label and fault: what a strike is aimed at."""

AHEAD = "core_user_get_users_by_field to core_course_get_categories in a batch"
REPORT = "core_reportbuilder_set_filters to core_reportbuilder_filters_reset in a batch"
HOURS = "mod_assign_save_grades to mod_assign_set_user_flags in a batch"
_IN_BATCHES = {
    PULL: {
        "core_webservice_get_site_info": 1,
        AHEAD: 1,
        "core_cohort_get_cohort_members": 1,
        "core_user_get_users_by_field": 1,
        "core_enrol_get_users_courses in a batch": 3,
        "core_completion_get_course_completion_status in a batch": 1,
        "mod_assign_get_assignments": 1,
        "gradereport_user_get_grade_items in a batch": 1,
        "mod_assign_get_grades": 1,
        "mod_assign_get_submissions": 1,
    },
    APPLY: {
        "core_course_get_courses_by_field": 3,
        "core_enrol_get_enrolled_users": 3,
        "gradereport_user_get_grade_items in a batch": 7,
        "mod_assign_get_assignments": 3,
        "mod_assign_get_submission_status in a batch": 1,
        "core_completion_get_activities_completion_status in a batch": 1,
        "core_cohort_search_cohorts": 1,
        "core_cohort_get_cohort_members": 2,
        "core_badges_get_user_badges in a batch": 3,
        "core_cohort_add_cohort_members": 1,
        "core_files_upload in a batch": 1,
        "mod_assign_get_grades": 4,
        "mod_assign_save_grades": 1,
        HOURS: 1,
        "mod_assign_set_user_flags": 1,
        "pluginfile.php": 1,
    },
}
_WITHOUT_REPORT = {
    "core_enrol_get_users_courses in a batch": 2,
    "core_completion_get_course_completion_status in a batch": 1,
}
"""How often less it is asked for by a report."""

_FOR_HOURS = {
    "core_course_get_courses_by_field": 1,
    "core_enrol_get_enrolled_users": 1,
    "gradereport_user_get_grade_items in a batch": 3,
    "mod_assign_get_assignments": 1,
    "mod_assign_get_grades": 3,
    HOURS: 1,
    "mod_assign_set_user_flags": 1,
}
"""How often less it is asked for without running hours, which need many calls in one request."""

_ALONE = " in a batch"


def _by_report() -> dict[str, dict[str, int]]:
    less = {label: n - _WITHOUT_REPORT.get(label, 0) for label, n in _IN_BATCHES[PULL].items()}
    pull = {label: n for label, n in less.items() if n}
    return {PULL: {**pull, REPORT: 2}, APPLY: _IN_BATCHES[APPLY]}


def _one_by_one() -> dict[str, dict[str, int]]:
    ahead = {
        "core_user_get_users_by_field": 2,
        "core_cohort_search_cohorts": 1,
        "core_course_get_courses_by_field": 2,
        "core_course_get_categories": 1,
    }
    less = {label: n - _FOR_HOURS.get(label, 0) for label, n in _IN_BATCHES[APPLY].items()}
    found = {
        phase: {label.removesuffix(_ALONE): n for label, n in some.items() if n and label != AHEAD}
        for phase, some in ((PULL, _IN_BATCHES[PULL]), (APPLY, less))
    }
    return {PULL: {**found[PULL], **ahead}, APPLY: found[APPLY]}


LABELS: dict[Strategy, dict[str, dict[str, int]]] = {
    Strategy.REPORT: _by_report(),
    Strategy.BATCH: _IN_BATCHES,
    Strategy.SINGLE: _one_by_one(),
}
"""All that a run asks for that has an award to give, and at least how often, by the way in which
completions are read and by phase; a test holds it to be all."""

WRITES = frozenset(
    {
        "core_cohort_add_cohort_members",
        "core_files_upload",
        "core_files_upload in a batch",
        "mod_assign_save_grades",
        "mod_assign_set_user_flags",
        HOURS,
    }
)
_WITHOUT_ROWS = WRITES | {
    "core_completion_get_course_completion_status",
    "core_completion_get_course_completion_status in a batch",
    "core_webservice_get_site_info",
    "mod_assign_get_submission_status",
    "mod_assign_get_submission_status in a batch",
    "pluginfile.php",
}
"""Nothing of what is in these replies is a row that a join of tables can bring twice."""

_WITHOUT_PARAMETERS = frozenset({"core_webservice_get_site_info", "pluginfile.php"})

_STOPPING = LASTING | {Fault.PAGE, Fault.PARAMETERS, Fault.CLOCK, Fault.DELETED}
"""After one of these little else of a run may happen, so each has a run of its own; the others
share one."""

_TOGETHER = 6
"""Faults that share a run."""

_SOON = 30.0
"""Seconds that a run waits for, and that a reply may take."""

_CAPABILITIES = tuple(sorted(DEFAULT_CAPABILITIES - {"moodle/role:assign", "enrol/manual:enrol"}))


@dataclass(frozen=True)
class Schedule:
    """What a seed stands for.

    Attributes:
        seed: its number.
        way: how completions are read.
        parallel: how many requests there are at a time, at most.
        warm: the site was read once before anything went wrong.
        runs: the strikes of each disturbed run, by phase.
    """

    seed: int
    way: Strategy
    parallel: int
    warm: bool
    runs: tuple[dict[str, list[Strike]], ...]


def targets() -> list[Target]:
    """Every fault aimed at every function in every phase, in an order that mixes them."""
    return list(dict.fromkeys(target for way in Strategy for target in _targets(way)))


@cache
def _targets(way: Strategy) -> tuple[Target, ...]:
    """Those of one way; by the report only the pull, since the rest is the same as in batches."""
    found = [
        (phase, label, fault)
        for phase, labels in LABELS[way].items()
        if not (way is Strategy.REPORT and phase == APPLY)
        for label in labels
        for fault in Fault
        if not (fault is Fault.REPEATED and label in _WITHOUT_ROWS)
        and not (fault is Fault.PARAMETERS and label in _WITHOUT_PARAMETERS)
    ]
    Random("order").shuffle(found)
    return tuple(found)


@cache
def _ending(way: Strategy) -> tuple[Target, ...]:
    """Those after which little else of a run may happen."""
    return tuple(target for target in _targets(way) if target[2] in _STOPPING)


@cache
def _passing(way: Strategy, times: int) -> tuple[Target, ...]:
    """The others; each time that all had their turn they stand in another order."""
    found = [target for target in _targets(way) if target[2] not in _STOPPING]
    Random(f"order/{way}/{times}").shuffle(found)
    return tuple(found)


def draw(seed: int) -> Schedule:
    """The schedule of a seed; consecutive seeds go through all targets in turn.

    The ways of reading completions take turns, and every fourth seed or so asks for several things
    at a time. A third of the turns begin with the fault that ends a run, another third with those
    that pass, each of them soon over: so that in the course of the seeds nothing stands between any
    fault and its target. The last third is left to chance.
    """
    random = Random(f"faults/{seed}")
    turn, place = divmod(seed, len(Strategy))
    way = tuple(Strategy)[place]
    times, next_ = divmod(turn, len(_ending(way)))
    aimed = [_ending(way)[next_]], _several(way, turn)
    runs = [[(target, _strike(random, way, target)) for target in some] for some in aimed]
    kind = (times + next_) % 3
    if kind == 1:
        runs.reverse()
    if kind < 2:
        runs[0] = [(target, _mild(strike)) for target, strike in runs[0]]
    elif random.random() < 0.5:
        runs.reverse()
    return Schedule(
        seed,
        way,
        random.choice((1, 1, 1, 3)),
        random.random() < 0.75 and kind == 2,
        tuple(
            {phase: [strike for target, strike in some if target[0] == phase] for phase in PHASES}
            for some in runs
        ),
    )


def _several(way: Strategy, turn: int) -> list[Target]:
    """The faults of a turn that share a run."""
    every = len(_passing(way, 0))
    numbers = range(turn * _TOGETHER, (turn + 1) * _TOGETHER)
    return [_passing(way, number // every)[number % every] for number in numbers]


def _mild(strike: Strike) -> Strike:
    """The same at the first opportunity, and once only; no wait that is too long for a run."""
    waiting = strike.fault in STATUSES or strike.fault is Fault.SLOW
    amount = min(strike.amount, _SOON) if waiting else strike.amount
    return replace(strike, nth=1, times=1, amount=amount)


def _strike(random: Random, way: Strategy, target: Target) -> Strike:
    phase, label, fault = target
    amount = random.random()
    if fault in STATUSES:
        amount = random.choice((0.0, 1.0, 7.0, 30.0, 600.0))
    elif fault is Fault.SLOW:
        amount = random.choice((3.0, 50.0, 700.0))
    elif fault is Fault.CLOCK:
        amount = random.choice((-1, 1)) * random.choice((30.0, 3600.0, 90_000.0, 40_000_000.0))
    late = random.random() < 0.5
    if fault is Fault.PARAMETERS and label in WRITES:
        # What is written can't be compared with anything before it is done; see ``Strike.late``.
        late = False
    return Strike(
        fault,
        label,
        nth=random.randint(1, LABELS[way][phase][label]),
        times=random.choice((1, 1, 1, 1, 1, 1, 2, 9)),
        late=late,
        amount=amount,
        capability=random.choice(_CAPABILITIES),
    )
