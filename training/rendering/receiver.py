"""The receiver: sits on a stool, upright or leaning on a table."""

from __future__ import annotations

import numpy as np

from training.rendering.body import SIDES, ArmGoal, FingerPose, Local, outward
from training.rendering.people import Person, Pose
from training.rendering.rotations import X_AXIS, Y_AXIS, Z_AXIS, axes, rotation

ROOT_ABOVE_SEAT_M = 0.098
"""Height of the skeleton's root above what a body of the baked size sits on."""

_FROM_PELVIS = 0.5  # of a lean onto the table; the spine does the rest
_SPINE_SHARES = (("spine05", 0.1), ("spine04", 0.2), ("spine03", 0.2), ("spine02", 0.25), ("spine01", 0.25))
_NECK = ("neck01", "neck02", "neck03", "head")
_HANDS_AT_REST = FingerPose(0.18)

HANDS = ("rest", "shoulders", "crossed", "nape", "loins", "beside", "above")
"""Where her own hands may be: on the thighs or the table; on her shoulders, each on its own or crossed; on her nape or
her loins; on what she lies on, beside her or above her head."""


class Receiver:
    """Her pose over time.

    Parameters
    ----------
    person : Person
    seat : float
        Height of her stool.
    lean, head : float
        Degrees that the trunk and the head are bent forward.
    table : float, optional
        Height of a table that she leans on.
    hands : str
        One of `HANDS`.
    """

    def __init__(
        self,
        person: Person,
        seat: float,
        lean: float,
        head: float,
        table: float | None = None,
        hands: str = "rest",
    ) -> None:
        self.person, self._hands = person, hands
        self.seat, self.lean, self.table = seat, lean, table
        self._head = head
        self._pelvis = 0.0 if table is None else _FROM_PELVIS * lean

    def pose(self, t_s: float, breath: float) -> Pose:
        """Her at a moment: she sways a little; `breath` is degrees that the chest is lifted."""
        body = self.person.body
        local: Local = {}
        for side in SIDES:
            out = outward(side)
            thigh = rotation(Z_AXIS, out * 9) @ rotation(X_AXIS, -82 - self._pelvis)
            local[f"upperleg01.{side}"] = thigh
            local[f"lowerleg01.{side}"] = rotation(X_AXIS, 78)
            local[f"foot.{side}"] = rotation(X_AXIS, 4)
            local[f"clavicle.{side}"] = rotation(Z_AXIS, -out * 3)
            local |= body.bend_fingers(side, _HANDS_AT_REST)
        for bone, share in _SPINE_SHARES:
            bend = (self.lean - self._pelvis) * share + (breath if bone == "spine02" else 0)
            local[bone] = rotation(X_AXIS, bend)
        for bone in _NECK:
            local[bone] = rotation(X_AXIS, self._head / len(_NECK))
        position = np.array([0, 0, self.seat + ROOT_ABOVE_SEAT_M * body.scale])
        sway = (
            rotation(X_AXIS, self._pelvis + 1 + 0.4 * np.sin(t_s * 0.7))
            @ rotation(Z_AXIS, 0.6 * np.sin(t_s * 0.43 + 1))
            @ rotation(Y_AXIS, 0.5 * np.sin(t_s * 0.37))
        )
        arms = {side: self._arm(side) for side in SIDES}
        if self._hands != "rest":
            _, joints = body.forward(local, position, sway)
            trunk = (rotation(X_AXIS, self.lean), joints[body.index["spine01"]])
            arms = {side: self._arm_of_the_trunk(side, *trunk) for side in SIDES}
        return self.person.pose(local, position, sway, arms)

    def _arm_of_the_trunk(self, side: str, turn: np.ndarray, chest: np.ndarray) -> ArmGoal:
        """A hand that goes with the trunk: `turn` is its rotation, `chest` the joint below the neck."""
        out = outward(side)
        # Wrist from the chest, direction of the fingers, palm and elbow, all in the upright trunk's axes.
        wrist, fingers, palm, elbow = {
            "shoulders": ((out * 0.13, -0.10, 0.09), (0.1 * out, 1, -0.2), (0, -0.3, -1), (out, -0.6, -0.8)),
            "crossed": (
                (-out * 0.12, -0.13, 0.05),
                (-0.3 * out, 1, 0.1),
                (0, 0.2, -1),
                (0.2 * out, -1, -0.6),
            ),
            "nape": ((out * 0.13, 0.03, 0.15), (-out, 0.35, -0.1), (0, -1, -0.2), (out, -0.2, 0.5)),
            "loins": (
                (out * 0.19, 0.06, -0.27),
                (-0.7 * out, 0.3, -0.5),
                (-0.1 * out, -1, 0.1),
                (out, 0.6, -0.1),
            ),
            "beside": ((out * 0.30, -0.04, -0.32), (0.1 * out, -0.2, -1), (-0.2 * out, -1, 0), (out, 0.5, 0)),
            "above": ((out * 0.26, -0.10, 0.30), (-0.5 * out, -0.1, 1), (0, -1, 0), (out, 0.1, 0.1)),
        }[self._hands]
        hand = axes(turn @ fingers, turn @ palm) @ self.person.body.hands[side].frame.T
        return ArmGoal(chest + turn @ (self.person.body.scale * np.array(wrist)), hand, turn @ elbow)

    def _arm(self, side: str) -> ArmGoal:
        """A hand on the thigh, or on the table."""
        out = outward(side)
        if self.table is None:
            wrist = np.array([out * 0.17, -0.27, self.seat + 0.20])
        else:
            wrist = np.array([out * 0.10, -0.34 - 0.006 * self.lean, self.table + 0.035])
        palm_down = axes((-0.25 * out, -1, -0.15), (0, -0.15, -1))
        hand = palm_down @ self.person.body.hands[side].frame.T
        return ArmGoal(wrist, hand, np.array([out * 0.55, 0.7, -0.3]))
