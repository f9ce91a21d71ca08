"""Which leads go to whom, and whether a lead or a deal is worth the effort."""

from __future__ import annotations

from db.models import AnswerState, AssignmentPlan, AssignmentRule, QualificationAnswer, QualificationCriterion
from db.records.declaration import Field, FieldType, RecordKind
from db.records.people import ARRIVED, CHANGED

ASSIGNMENT_RULE = RecordKind(
    "assignment_rule", "assignment_rules", AssignmentRule,
    (
        Field("name", required=True),
        Field("region", labels=True),
        Field("country", labels=True),
        Field("industry", labels=True, said=("sector", "vertical")),
        Field("source", column="lead_source", labels=True, said=("lead source",)),
        Field("user", FieldType.LINK, to="user", label="colleague", said=("rep", "answers for it")),
        Field("team", FieldType.LINK, to="team"),
        ARRIVED, CHANGED,
    ),
    title=("name",), detail=("region", "country"), area="lead", order="name", shared=True,
)  # fmt: skip

ASSIGNMENT_PLAN = RecordKind(
    "assignment_plan", "assignment_plans", AssignmentPlan,
    (
        Field("name", required=True),
        Field("team", FieldType.LINK, to="team"),
        Field("territory_weight", FieldType.WHOLE, label="weight of territory"),
        Field("skill_weight", FieldType.WHOLE, label="weight of skill"),
        Field("load_weight", FieldType.WHOLE, label="weight of load"),
        Field("most_open", FieldType.WHOLE, label="most open leads and deals", said=("capacity",)),
        Field("turn", FieldType.LINK, to="user", label="last turn", written=False),
        ARRIVED, CHANGED,
    ),
    title=("name",), area="lead", order="name", shared=True,
    preset={"territory_weight": 3, "skill_weight": 2, "load_weight": 2},
)  # fmt: skip

QUALIFICATION_CRITERION = RecordKind(
    "qualification_criterion", "qualification_criteria", QualificationCriterion,
    (
        Field("framework", labels=True, required=True),
        Field("name", required=True, said=("criterion",)),
        Field("question", required=True),
        Field("position", FieldType.WHOLE),
        Field("reads", label="is read like", said=("read like",)),
        ARRIVED, CHANGED,
    ),
    title=("framework", "name"), area="lead", noun=("qualification criterion", "qualification criteria"),
    order="position", shared=True, preset={"position": 1},
)  # fmt: skip

QUALIFICATION_ANSWER = RecordKind(
    "qualification_answer", "qualification_answers", QualificationAnswer,
    (
        Field("lead", FieldType.LINK, to="lead"),
        Field("opportunity", FieldType.LINK, to="opportunity", label="deal"),
        Field("framework", labels=True, required=True),
        Field("criterion", labels=True, required=True),
        Field("state", FieldType.CHOICE, choices=tuple(AnswerState)),
        Field("answer", FieldType.LONG_TEXT),
        Field("author", FieldType.LINK, to="user", written=False),
        ARRIVED, CHANGED,
    ),
    title=("criterion",), area="lead", owner="author_id", order="-created_at",
)  # fmt: skip
