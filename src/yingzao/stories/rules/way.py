"""The way of a story: who may do what with it in which state. Four eyes: who wrote it does not approve it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingzao.people.models import Visitor
from yingzao.programmes.rules import may_edit_stories, may_organise
from yingzao.stories.enums import Part, StoryAct, StoryState
from yingzao.stories.models import Story

EVERYBODY = frozenset(Part)
APPROVERS = frozenset({Part.EDITOR, Part.ORGANISER})

WAY: dict[StoryAct, dict[StoryState, frozenset[Part]]] = {
    StoryAct.EDIT: {
        StoryState.DRAFT: EVERYBODY,
        StoryState.IN_REVIEW: EVERYBODY,
        StoryState.PUBLISHED: APPROVERS,
        StoryState.WITHDRAWN: EVERYBODY,
    },
    StoryAct.SEND: {StoryState.DRAFT: EVERYBODY},
    StoryAct.SEND_BACK: {StoryState.IN_REVIEW: EVERYBODY},  # the writer takes it back
    StoryAct.APPROVE: {
        StoryState.DRAFT: frozenset({Part.ORGANISER}),
        StoryState.IN_REVIEW: APPROVERS,
        StoryState.SCHEDULED: APPROVERS,
        StoryState.WITHDRAWN: APPROVERS,
    },
    StoryAct.UNSCHEDULE: {StoryState.SCHEDULED: EVERYBODY},
    StoryAct.WITHDRAW: {StoryState.PUBLISHED: EVERYBODY},
}

WRONG_STATE = {
    StoryAct.EDIT: gettext_lazy(
        "This story is approved and waits for its time. Take it back first, then change it."
    ),
    StoryAct.SEND: gettext_lazy("Only a draft can be sent to review."),
    StoryAct.SEND_BACK: gettext_lazy("Only a story in review can be sent back."),
    StoryAct.APPROVE: gettext_lazy("This story is public already."),
    StoryAct.UNSCHEDULE: gettext_lazy("Only a story that waits for its time can be taken back."),
    StoryAct.WITHDRAW: gettext_lazy("Only a published story can be withdrawn."),
}
CODES = {StoryAct.EDIT: "scheduled", StoryAct.WITHDRAW: "not_published"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why somebody may not do something now."""

    code: str
    sentence: str


def part_of(person: Visitor, story: Story) -> Part | None:
    """What the person is to the story; None for whoever does not work on it."""
    if may_organise(person, story.programme):
        return Part.ORGANISER
    if not may_edit_stories(person, story.programme):
        return None
    wrote = person is not None and person.pk in (story.written_by_id, story.edited_by_id)
    return Part.WRITER if wrote else Part.EDITOR


def state_now(story: Story) -> StoryState:
    return StoryState.PUBLISHED if story.is_published else StoryState(story.state)


def is_allowed(act: StoryAct, state: StoryState, part: Part | None) -> bool:
    return part in WAY[act].get(state, frozenset())


def may_do(act: StoryAct, person: Visitor, story: Story) -> bool:
    return is_allowed(act, state_now(story), part_of(person, story))


def acts_open_to(person: Visitor, story: Story) -> frozenset[str]:
    """What a page offers; one look at the person's roles."""
    part, state = part_of(person, story), state_now(story)
    return frozenset(str(act) for act in StoryAct if is_allowed(act, state, part))


def what_is_wrong(
    act: StoryAct, person: Visitor, story: Story, state: StoryState | None = None
) -> Wrong | None:
    """Why the person may not do this now, or in another state; None when they may."""
    part, state = part_of(person, story), state or state_now(story)
    if is_allowed(act, state, part):
        return None
    if part is None:
        return Wrong("not_editor", _("Only editors and organisers of the programme may do this."))
    if state not in WAY[act]:
        return Wrong(CODES.get(act, "wrong_state"), str(WRONG_STATE[act]))
    if state == StoryState.DRAFT:
        return Wrong(
            "not_in_review", _("Send it to review first; then another editor or an organiser approves it.")
        )
    return Wrong(
        "four_eyes",
        _("You wrote this story, so another editor or an organiser has to approve what becomes public."),
    )


def why_not(act: StoryAct, person: Visitor, story: Story) -> str:
    wrong = what_is_wrong(act, person, story)
    return wrong.sentence if wrong else ""
