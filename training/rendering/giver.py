"""The giver: sits, kneels or stands behind the receiver or bends over her, with both thumbs on her back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from training.rendering.approach import TAUGHT, Approach, own_side
from training.rendering.back import BackChart
from training.rendering.body import SIDES, ArmGoal, FingerPose, Local, outward
from training.rendering.motion import HandGoal
from training.rendering.people import Person, Pose
from training.rendering.props import Seat
from training.rendering.receiver import ROOT_ABOVE_SEAT_M
from training.rendering.rotations import (
    X_AXIS,
    Y_AXIS,
    Z_AXIS,
    axes,
    rotation,
    rotation_from_vector,
    unit,
)

Stance = Literal["sit", "kneel", "stand"]
Grip = Literal["fist", "open"]
STANCES: tuple[Stance, ...] = ("sit", "kneel", "stand")
GRIPS: tuple[Grip, ...] = ("fist", "open")

GRIP_FINGERS = {
    "fist": FingerPose((0.78, 0.86, 0.9, 0.92), 0, (-4, 4, 2), 4),
    "open": FingerPose((0.10, 0.08, 0.10, 0.16), 3.0, (0, 2, 2), 10),
}
"""Fists with the thumbs forward, or flat hands."""

_PALM_TO_SKIN_M = 0.0065  # from the middle of the thumb's tip to its pad
_SPINE_SHARES = (("spine05", 0.2), ("spine04", 0.25), ("spine03", 0.25), ("spine02", 0.2), ("spine01", 0.1))
_NECK = ("neck01", "neck02", "neck03", "head")
_LOOK_DOWN = 22

# Where she sits from: closest first, until her arms are no longer bent too much for the upper back.
_DISTANCES_M = np.arange(0.42, 1.0, 0.03)
_TRIED_U, _TRIED_LEAN, _COMFORTABLE_REACH = 0.3, 6.0, 0.84
# How far she leans to reach each place: as little as keeps her arms a little bent.
_LEVELS_U = np.linspace(-0.05, 1, 8)
_LEAST_LEAN, _MOST_LEAN, _LEAN_STEP, _LEANING_REACH = 2.0, 48, 1.5, 0.88
_TRIED_V_M = 0.033

# Who bends over somebody lying: the pelvis above the skin. Who stands at her head: how much farther away that is, over
# somebody lying and before somebody who leans forward.
_OVER_HER_M, _BEYOND_HEAD_M = (0.0, 0.2), {True: 0.14, False: 0.40}
_OVER_HER_BEND = (5, 25)  # degrees of the hips
_ASIDE_U = 0.35  # place of the back that the giver stands beside
_PALM_FROM_WRIST_M, _PALM_THICKNESS_M = 0.055, 0.03


@dataclass(frozen=True)
class HandVariation:
    """How a hand differs from the plain grip.

    Parameters
    ----------
    turn : ndarray [shape=(3,)]
        Rotation vector, radians, in the world's axes.
    towards_neck : float
        Radians that the hand is turned on the skin so that its fingers point more towards the neck.
    fingers, idle : FingerPose
        While it massages and while it lies idle.
    """

    turn: np.ndarray
    fingers: FingerPose
    idle: FingerPose
    towards_neck: float = 0.0


class Giver:
    """The giver's pose over time.

    Parameters
    ----------
    person : Person
    azimuth : float
        Where the giver is, degrees from straight behind the receiver, positive to her left.
    cloth : float
        Thickness of what the receiver wears on her back.
    approach : Approach
    """

    def __init__(
        self,
        person: Person,
        azimuth: float,
        stance: Stance,
        grip: Grip,
        cloth: float,
        rng: np.random.Generator,
        approach: Approach = TAUGHT,
    ) -> None:
        self.person = person
        self.approach = approach
        self.azimuth, self.stance, self.grip = azimuth, stance, grip
        self.thumb_share = 0.45
        self.variation: dict[str, HandVariation] | None = None
        self.distance = float(_DISTANCES_M[0])
        self._cloth = cloth
        self._seat = float(rng.uniform(0.46, 0.58))
        self._hip_bend = float(rng.uniform(12, 20))
        self._root_lean = float(rng.uniform(2, 8))
        self._leans = np.full(len(_LEVELS_U), _LEAST_LEAN)
        self._beside, self._bends_above = np.zeros(3), 0.0
        if approach.over_her:
            self.stance = "stand"
            self._hip_bend = float(rng.uniform(*_OVER_HER_BEND))
            self._bends_above = float(rng.uniform(*_OVER_HER_M))

    @property
    def frame(self) -> np.ndarray:
        """The giver's own left, back and up when standing straight, as columns [shape=(3, 3)]."""
        if not self.approach.over_her:
            return rotation(Z_AXIS, -self.azimuth)
        angle = np.deg2rad(self.approach.heading)
        ahead = np.array([np.sin(angle), 0, np.cos(angle)])
        return np.stack([np.cross(Y_AXIS, ahead), -ahead, Y_AXIS], 1)

    @property
    def place(self) -> np.ndarray:
        """On the floor, before the offset of the body [shape=(2,)]."""
        angle = np.deg2rad(self.azimuth)
        return np.array([np.sin(angle), np.cos(angle)]) * self.distance

    @property
    def seat(self) -> Seat | None:
        """The stool, when sitting."""
        if self.stance != "sit":
            return None
        position, _ = self._root()
        return Seat(position[:2], self._seat, -self.azimuth)

    def come_within_reach(self, back: BackChart) -> None:
        """Choose the distance, and how far to lean for each place of the back."""
        from_head = -np.cos(np.deg2rad(self.approach.heading))
        self._beside = back.at(0 if from_head > 0.5 else _ASIDE_U, 0)[0]
        for distance in _DISTANCES_M + max(0, from_head) * _BEYOND_HEAD_M[self.approach.over_her]:
            self.distance = distance
            if self._reach(back, _TRIED_U, _TRIED_LEAN) > _COMFORTABLE_REACH:
                break
        leans = []
        for u in _LEVELS_U:
            lean = _LEAST_LEAN
            while self._reach(back, u, lean) > _LEANING_REACH and lean < _MOST_LEAN:
                lean += _LEAN_STEP
            leans.append(lean)
        self._leans = np.convolve(np.r_[leans[0], leans, leans[-1]], [0.25, 0.5, 0.25], "valid")

    def pose(
        self, back: BackChart, t_s: float, hands: dict[str, HandGoal], u_lean: float
    ) -> tuple[Pose, dict[str, np.ndarray]]:
        """The giver at a moment.

        Parameters
        ----------
        back : BackChart
            The receiver's, as she sits at that moment.
        hands : dict
            Goals of "L" and "R".
        u_lean : float
            Place of the back that the trunk leans for; it follows the hands slowly.

        Returns
        -------
        pose : Pose
        wanted : dict
            Where the thumb tips of hands that are not away should be [shape=(3,)].
        """
        lean = np.interp(u_lean, _LEVELS_U, self._leans) + 0.5 * np.sin(t_s * 0.9 + 2)
        local = self._posture(lean, _LOOK_DOWN + 6 * np.sin(t_s * 0.31))
        local["head"] = rotation(Z_AXIS, 6 * np.sin(t_s * 0.23)) @ local["head"]
        arms, wanted = self._arms(back, hands, local)
        return self.person.pose(local, *self._root(), arms), wanted

    # --- posture ----------------------------------------------------------------------------------

    def _posture(self, lean: float, look_down: float) -> Local:
        local: Local = {}
        for side in SIDES:
            out = outward(side)
            thigh, knee = self._leg(out)
            local[f"upperleg01.{side}"] = thigh
            local[f"lowerleg01.{side}"] = rotation(X_AXIS, knee)
            local[f"clavicle.{side}"] = rotation(Z_AXIS, -out * 10)
        for bone, share in _SPINE_SHARES:
            local[bone] = rotation(X_AXIS, lean * share)
        for bone in _NECK:
            local[bone] = rotation(X_AXIS, look_down / len(_NECK))
        return local

    def _leg(self, out: int) -> tuple[np.ndarray, float]:
        """Rotation of the thigh and bend of the knee, degrees."""
        if self.stance == "stand":
            return rotation(Y_AXIS, -out * 5) @ rotation(X_AXIS, -self._hip_bend), 10
        if self.stance == "kneel":
            return rotation(Y_AXIS, -out * 12) @ rotation(X_AXIS, -20 - self._hip_bend * 0.6), 105
        return rotation(Z_AXIS, out * 38) @ rotation(X_AXIS, -80), 80

    def _root(self) -> tuple[np.ndarray, np.ndarray]:
        """Position and rotation of the pelvis."""
        body = self.person.body
        if self.stance == "stand":
            height = -body.ground + body.head("root")[2] - 0.01
        elif self.stance == "kneel":
            height = abs(body.head("lowerleg01.L")[2] - body.head("root")[2]) + 0.06 + 0.05
        else:
            height = self._seat + ROOT_ABOVE_SEAT_M * body.scale
        forward = self._root_lean if self.stance == "sit" else self._hip_bend
        turn = self.frame @ rotation(X_AXIS, forward)
        if self.approach.over_her:
            return self._beside + self.frame @ (0, self.distance, self._bends_above), turn
        x, y = self.place
        return np.array([x, y + 0.04, height]), turn

    def _reach(self, back: BackChart, u: float, lean: float) -> float:
        """Distance of the farther hand in lengths of the arm, with both thumbs at `u`."""
        body = self.person.body
        local = self._posture(lean, 10)
        across = {side: own_side(side, self.approach.heading)[0] for side in SIDES}
        hands = {side: HandGoal(u, across[side] * _TRIED_V_M) for side in SIDES}
        arms, _ = self._arms(back, hands, local)
        _, positions = body.forward(local, *self._root())
        farthest = 0.0
        for side in SIDES:
            shoulder, elbow, wrist = (
                body.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
            )
            length = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)
            way = arms[side].wrist - positions[body.index[f"upperarm01.{side}"]]
            farthest = max(farthest, np.linalg.norm(way) / length)
        return farthest

    # --- hands ------------------------------------------------------------------------------------

    def _arms(
        self, back: BackChart, hands: dict[str, HandGoal], local: Local
    ) -> tuple[dict[str, ArmGoal], dict[str, np.ndarray]]:
        """Goals of the arms and of the thumb tips; bends the fingers in `local`."""
        arms, wanted = {}, {}
        upper = None
        for side, goal in hands.items():
            if goal.away:
                local |= self.person.body.bend_fingers(side, self._fingers(side, True))
                arms[side] = self._hanging_arm(side)
                continue
            point, normal, up = back.at(goal.u, goal.v)
            right = np.cross(normal, up)
            if right[0] > 0:
                right = -right
            offset = right * goal.across + up * goal.up
            local |= self.person.body.bend_fingers(side, self._fingers(side, not goal.active))
            hand = self._hand(side, normal, up, not goal.active)
            # The wrist follows the thumb a little.
            follow = normal * (goal.across * 2.0) + right * (goal.up * -1.5)
            hand = rotation_from_vector(follow) @ hand
            self._swing_thumb(side, local, hand, offset * self.thumb_share)
            tip, _ = self.person.body.thumb_from_wrist(side, local)
            u, v, _ = back.invert(point + offset)
            on_skin, normal_there, _ = back.at(u, v)
            target = on_skin + normal_there * (_PALM_TO_SKIN_M + self._cloth + goal.lift)
            elbow_out = self.frame @ np.array([outward(side) * 0.85, 0.25, -0.75])
            if goal.on_other:
                upper = side, normal_there, hand
            wanted[side] = target
            arms[side] = ArmGoal(target - hand @ tip, hand, elbow_out)
        if upper is not None and len(wanted) == len(SIDES):
            side, normal, hand = upper
            moved = (
                self._palm(SIDES[side == SIDES[0]], arms)
                + normal * _PALM_THICKNESS_M
                - self._palm(side, arms)
            )
            arms[side] = replace(arms[side], wrist=arms[side].wrist + moved)
            wanted[side] = wanted[side] + moved
        return arms, wanted

    def _palm(self, side: str, arms: dict[str, ArmGoal]) -> np.ndarray:
        """The middle of a hand [shape=(3,)]."""
        along = self.person.body.hands[side].fingers * self.person.body.scale * _PALM_FROM_WRIST_M
        return arms[side].wrist + arms[side].hand @ along

    def _hanging_arm(self, side: str) -> ArmGoal:
        root, turn = self._root()
        out = outward(side)
        hand = axes(turn @ (0, -0.1, -1), turn @ (-out, 0, 0)) @ self.person.body.hands[side].frame.T
        wrist = root + turn @ (self.person.body.scale * np.array([out * 0.27, -0.05, -0.04]))
        return ArmGoal(wrist, hand, turn @ (out * 0.4, 1, 0))

    def _fingers(self, side: str, idle: bool) -> FingerPose:
        if self.variation is not None:
            return self.variation[side].idle if idle else self.variation[side].fingers
        return GRIP_FINGERS["open" if idle else self.grip]

    def _hand(self, side: str, normal: np.ndarray, up: np.ndarray, idle: bool) -> np.ndarray:
        """Rotation of a hand whose thumb touches skin with this outward normal and direction up."""
        ahead = rotation(normal, self.approach.heading) @ up
        aside = outward(side) * np.cross(normal, ahead)
        if self.grip == "fist" and not idle:
            fingers = unit(-0.72 * normal + 0.62 * ahead + 0.12 * aside)
            palm = unit(-0.80 * aside - 0.42 * normal - 0.25 * ahead)
        else:
            fingers = unit(0.62 * ahead + 0.72 * aside - 0.18 * normal)
            palm = unit(-normal - 0.12 * ahead - 0.10 * aside)
        hand = axes(fingers, palm)
        if self.variation is not None:
            variation = self.variation[side]
            on_skin = unit(np.cross(aside, ahead)) * variation.towards_neck
            hand = rotation_from_vector(variation.turn) @ rotation_from_vector(on_skin) @ hand
        return hand @ self.person.body.hands[side].frame.T

    def _swing_thumb(self, side: str, local: Local, hand: np.ndarray, offset: np.ndarray) -> None:
        """Turn the thumb at its base in `local` so that its tip moves by `offset` [shape=(3,)]."""
        tip, base = self.person.body.thumb_from_wrist(side, local)
        lever = tip - base
        turn = np.cross(lever, hand.T @ offset) / np.dot(lever, lever)
        first = f"finger1-1.{side}"
        local[first] = rotation_from_vector(turn) @ local[first]
