"""A human body that can be posed: bones, skin, hands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from training.rendering.rotations import axes, rotation, twist_about, unit
from training.rendering.shapes import Bodies

SIDES = ("L", "R")

_SHADED_PARTS = ("body", "helper-tights", "helper-skirt", "helper-hair", "helper-l-eye", "helper-r-eye")
_THUMB_TIP_VERTICES = 6
_FINGER_FLEXION = ((1, 72), (2, 92), (3, 55))  # joint, degrees when wholly curled
_WRIST_CORRECTIONS = 2
_LONGEST_REACH = 0.995  # of the arm's length: a wholly straight arm has no plane to bend in
_HAND_BEYOND_ARM = 2.2  # `along_arm` of the hand: 0 shoulder, 1 elbow, 2 wrist

Local = dict[str, np.ndarray]
"""Rotation of each bone relative to its parent, in the axes of the rest pose; a missing bone is not turned."""


def outward(side: str) -> int:
    """+1 for the left side, -1 for the right: the sign of x away from the middle, in the body's own axes."""
    return 1 if side == "L" else -1


@dataclass(frozen=True)
class FingerPose:
    """How fingers are bent.

    Parameters
    ----------
    curl : float or sequence of 4
        Index to little finger: 0 straight, 1 in the palm.
    spread : float
        Degrees between neighbours.
    thumb : sequence of 3
        Flexion of the thumb's joints, degrees.
    thumb_out : float
        Degrees that the thumb stands off the hand.
    """

    curl: ArrayLike
    spread: float = 0.0
    thumb: ArrayLike = (0, 0, 0)
    thumb_out: float = 0.0


@dataclass(frozen=True)
class HandAxes:
    """Directions of a hand in the rest pose [each shape=(3,)] and the vertices of its thumb's end."""

    fingers: np.ndarray  # from the wrist to the middle finger
    towards_index: np.ndarray  # from the little finger to the index finger
    palm: np.ndarray  # out of the palm
    thumb_tip: np.ndarray  # vertex indices
    thumb_end: np.ndarray  # those of the last phalanx's outer half

    @property
    def frame(self) -> np.ndarray:
        return axes(self.fingers, self.palm)


@dataclass(frozen=True)
class ArmGoal:
    """Where a hand should be.

    Parameters
    ----------
    wrist : ndarray [shape=(3,)]
    hand : ndarray [shape=(3, 3)]
        The hand's rotation from the rest pose.
    pole : ndarray [shape=(3,)]
        The elbow points this way.
    """

    wrist: np.ndarray
    hand: np.ndarray
    pole: np.ndarray


def bend_elbow(
    shoulder: np.ndarray, target: np.ndarray, upper: float, lower: float, pole: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Elbow and wrist of an arm of two bones.

    Parameters
    ----------
    shoulder, target : ndarray [shape=(3,)]
        Where the arm begins and where its wrist should be; an arm that is too short points there.
    upper, lower : float
        Lengths of the bones.
    pole : ndarray [shape=(3,)]
        Direction in which the elbow bends.

    Returns
    -------
    elbow, wrist : ndarray [shape=(3,)]
    reach : float
        Distance of the target in lengths of the arm.
    """
    way = target - shoulder
    distance = np.linalg.norm(way)
    length = np.clip(distance, abs(upper - lower) + 1e-3, (upper + lower) * _LONGEST_REACH)
    ahead = way / distance
    cosine = (upper * upper + length * length - lower * lower) / (2 * upper * length)
    sideways = unit(pole - ahead * np.dot(pole, ahead))
    elbow = shoulder + ahead * upper * cosine + sideways * upper * np.sqrt(max(0, 1 - cosine * cosine))
    return elbow, shoulder + ahead * length, distance / (upper + lower)


class Body:
    """One shape at one height.

    Attributes
    ----------
    rest : ndarray [shape=(n_vertices, 3)]
    heads : ndarray [shape=(n_bones, 3)]
        Where each bone begins in the rest pose.
    index : dict
        Bone name to its row.
    dominant : ndarray [shape=(n_vertices,)]
        The bone that moves a vertex most.
    along_arm : ndarray [shape=(n_vertices,)]
        0 at the shoulder, 1 at the elbow, 2 at the wrist, beyond on the hand; -1 off the arms.
    scale : float
        Size relative to the baked shape.
    ground : float
        z of the soles in the rest pose.
    """

    def __init__(self, bodies: Bodies, shape: str, height: float | None = None) -> None:
        self.bodies = bodies
        rest, heads = bodies.vertices(shape), bodies.bone_heads(shape)
        on_skin = np.unique(bodies.faces("body"))
        self.scale = 1.0 if height is None else height / np.ptp(rest[on_skin, 2])
        self.rest, self.heads = rest * self.scale, heads * self.scale
        self.ground = self.rest[on_skin, 2].min()
        self.labels = [str(label) for label in bodies.arrays["bone_labels"]]
        self.parents = bodies.arrays["bone_parents"].astype(int)
        self.index = {label: i for i, label in enumerate(self.labels)}

        weights = np.zeros((len(rest), len(self.labels)), np.float32)
        rows = np.arange(len(rest))[:, None]
        np.add.at(weights, (rows, bodies.arrays["wi"].astype(int)), bodies.arrays["w"].astype(np.float32))
        self.dominant = weights.argmax(1)
        self._weights = sparse.csr_matrix(weights)
        self._rest_normals = self._normals()
        self.along_arm = self._along_arm()
        self.hands = {side: self._hand(side) for side in SIDES}

    def head(self, bone: str) -> np.ndarray:
        """Where `bone` begins in the rest pose [shape=(3,)]."""
        return self.heads[self.index[bone]]

    # --- moving -----------------------------------------------------------------------------------

    def forward(
        self,
        local: Local,
        root_position: np.ndarray,
        root_rotation: np.ndarray,
        override: dict[str, np.ndarray] | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Forward kinematics.

        Parameters
        ----------
        local : dict
            See `Local`.
        root_position : ndarray [shape=(3,)]
        root_rotation : ndarray [shape=(3, 3)]
        override : dict, optional
            Rotations in the world's axes, for bones that inverse kinematics has placed.

        Returns
        -------
        rotations : ndarray [shape=(n_bones, 3, 3)]
        positions : ndarray [shape=(n_bones, 3)]
        """
        override = override or {}
        rotations = np.empty((len(self.labels), 3, 3))
        positions = np.empty((len(self.labels), 3))
        for i, label in enumerate(self.labels):
            parent = self.parents[i]
            if parent < 0:
                rotations[i] = root_rotation @ local.get(label, np.eye(3))
                positions[i] = root_position
                continue
            positions[i] = positions[parent] + rotations[parent] @ (self.heads[i] - self.heads[parent])
            if label in override:
                rotations[i] = override[label]
            elif label in local:
                rotations[i] = rotations[parent] @ local[label]
            else:
                rotations[i] = rotations[parent]
        return rotations, positions

    def reach(
        self,
        local: Local,
        root_position: np.ndarray,
        root_rotation: np.ndarray,
        arms: dict[str, ArmGoal],
    ) -> tuple[np.ndarray, np.ndarray, dict[str, float]]:
        """`forward` with the hands where `arms` wants them.

        Returns
        -------
        rotations, positions : ndarray
            See `forward`.
        reach : dict
            Per arm the distance of its goal, see `place_arm`.
        """
        rotations, positions = self.forward(local, root_position, root_rotation)
        placed = {side: self.place_arm(side, rotations, positions, goal) for side, goal in arms.items()}
        reach = {side: distance for side, (_, distance) in placed.items()}
        rotations, positions = self.forward(local, root_position, root_rotation, _joined(placed))
        # The bones of a limb are not exactly in a line: what is missing is added to the goal.
        missing = {side: np.zeros(3) for side in arms}
        for _ in range(_WRIST_CORRECTIONS):
            for side, goal in arms.items():
                missing[side] = missing[side] + (goal.wrist - positions[self.index[f"wrist.{side}"]])
                corrected = ArmGoal(goal.wrist + missing[side], goal.hand, goal.pole)
                placed[side] = self.place_arm(side, rotations, positions, corrected)
            rotations, positions = self.forward(local, root_position, root_rotation, _joined(placed))
        return rotations, positions, reach

    def skin(self, rotations: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Vertices and normals of a pose, by linear blending [each shape=(n_vertices, 3)]."""
        shift = positions - np.einsum("bij,bj->bi", rotations, self.heads)
        bones = np.concatenate([rotations, shift[:, :, None]], 2).reshape(len(self.labels), 12)
        moves = (self._weights @ bones.astype(np.float32)).reshape(-1, 3, 4)
        turns = moves[:, :, :3]
        vertices = np.einsum("nij,nj->ni", turns, self.rest.astype(np.float32)) + moves[:, :, 3]
        normals = np.einsum("nij,nj->ni", turns, self._rest_normals.astype(np.float32))
        return vertices, normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9)

    def place_arm(
        self, side: str, rotations: np.ndarray, positions: np.ndarray, goal: ArmGoal
    ) -> tuple[dict[str, np.ndarray], float]:
        """Inverse kinematics of an arm.

        Parameters
        ----------
        rotations, positions : ndarray
            The pose so far, see `forward`.

        Returns
        -------
        override : dict
            Rotations of the arm's bones in the world's axes.
        reach : float
            Distance of the goal in lengths of the arm: above 1 it is out of reach.
        """
        shoulder0, elbow0, wrist0 = (
            self.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
        )
        upper0, lower0 = elbow0 - shoulder0, wrist0 - elbow0
        shoulder = positions[self.index[f"upperarm01.{side}"]]
        elbow, wrist, reach = bend_elbow(
            shoulder, goal.wrist, np.linalg.norm(upper0), np.linalg.norm(lower0), goal.pole
        )
        bend0, bend = np.cross(upper0, lower0), np.cross(elbow - shoulder, wrist - elbow)
        upper = axes(elbow - shoulder, bend) @ axes(upper0, bend0).T
        lower = axes(wrist - elbow, bend) @ axes(lower0, bend0).T
        # A twist is spread over the two bones of a limb, or the skin would wring.
        above = rotations[self.index[f"shoulder01.{side}"]]
        upper_twist = np.rad2deg(twist_about(above.T @ upper, upper0))
        lower_twist = np.rad2deg(twist_about(lower.T @ goal.hand, lower0))
        override = {
            f"upperarm01.{side}": upper @ rotation(upper0, -upper_twist * 0.4),
            f"upperarm02.{side}": upper,
            f"lowerarm01.{side}": lower @ rotation(lower0, lower_twist * 0.25),
            f"lowerarm02.{side}": lower @ rotation(lower0, lower_twist * 0.7),
            f"wrist.{side}": goal.hand,
        }
        return override, reach

    # --- hands ------------------------------------------------------------------------------------

    def bend_fingers(self, side: str, pose: FingerPose) -> Local:
        """Rotations of the fingers' bones for `pose`."""
        hand = self.hands[side]
        curl = np.broadcast_to(pose.curl, 4)
        flexion = np.cross(hand.fingers, hand.palm)
        out: Local = {}
        for k in range(4):
            for joint, degrees in _FINGER_FLEXION:
                out[f"finger{k + 2}-{joint}.{side}"] = rotation(flexion, degrees * curl[k])
            if pose.spread:
                apart = rotation(hand.palm, (1.3 - k) * pose.spread * -outward(side))
                first = f"finger{k + 2}-1.{side}"
                out[first] = apart @ out[first]
        along_thumb = unit(self.head(f"finger1-3.{side}") - self.head(f"finger1-2.{side}"))
        # The thumb bends towards the palm and the little finger.
        thumb_flexion = unit(np.cross(along_thumb, hand.palm * 0.6 - hand.towards_index * 0.8))
        for joint in (1, 2, 3):
            out[f"finger1-{joint}.{side}"] = rotation(thumb_flexion, pose.thumb[joint - 1])
        if pose.thumb_out:
            off = rotation(unit(np.cross(along_thumb, hand.towards_index)), pose.thumb_out)
            out[f"finger1-1.{side}"] = off @ out[f"finger1-1.{side}"]
        return out

    def thumb_from_wrist(self, side: str, local: Local) -> tuple[np.ndarray, np.ndarray]:
        """Tip and base of the thumb relative to the wrist, in the wrist's axes [each shape=(3,)]."""
        joints = [f"finger1-{k}.{side}" for k in (1, 2, 3)]
        base = self.head(joints[0]) - self.head(f"wrist.{side}")
        turn, place, before = np.eye(3), base, self.head(joints[0])
        for joint in joints:
            here = self.head(joint)
            place = place + turn @ (here - before)
            before = here
            turn = turn @ local.get(joint, np.eye(3))
        tip = self.rest[self.hands[side].thumb_tip].mean(0)
        return place + turn @ (tip - before), base

    # --- made once --------------------------------------------------------------------------------

    def _normals(self) -> np.ndarray:
        normals = np.zeros_like(self.rest)
        for part in _SHADED_PARTS:
            faces = self.bodies.faces(part)
            corners = self.rest[faces]
            of_face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            for corner in range(3):
                np.add.at(normals, faces[:, corner], of_face)
        return normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12)

    def _along_arm(self) -> np.ndarray:
        along = np.full(len(self.rest), -1.0, np.float32)
        for side in SIDES:
            shoulder, elbow, wrist = (
                self.head(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
            )
            for i, label in enumerate(self.labels):
                if not label.endswith("." + side):
                    continue
                moved = self.dominant == i
                if label.startswith("upperarm"):
                    along[moved] = _fraction(self.rest[moved], shoulder, elbow)
                elif label.startswith("lowerarm"):
                    along[moved] = 1 + _fraction(self.rest[moved], elbow, wrist)
                elif label.startswith(("wrist", "finger", "metacarpal")):
                    along[moved] = _HAND_BEYOND_ARM
        return along

    def _hand(self, side: str) -> HandAxes:
        wrist, middle = self.head(f"wrist.{side}"), self.head(f"finger3-1.{side}")
        fingers = unit(middle - wrist)
        towards_index = unit(self.head(f"finger2-1.{side}") - self.head(f"finger5-1.{side}"))
        palm = np.cross(fingers, towards_index) * outward(side)
        # Fingers are a little bent at rest, which tells the palm from the back of the hand.
        bent = self.head(f"finger3-3.{side}") - middle
        if np.dot(bent, palm) < 0:
            palm = -palm
        palm = unit(palm - fingers * np.dot(palm, fingers))
        last = self.head(f"finger1-3.{side}")
        along_thumb = unit(last - self.head(f"finger1-2.{side}"))
        moved = np.where(self.dominant == self.index[f"finger1-3.{side}"])[0]
        far_first = moved[np.argsort(-((self.rest[moved] - last) @ along_thumb))]
        tip, end = far_first[:_THUMB_TIP_VERTICES], far_first[: len(far_first) // 2]
        return HandAxes(fingers, towards_index, palm, tip, end)


def _joined(placed: dict[str, tuple[dict[str, np.ndarray], float]]) -> dict[str, np.ndarray]:
    return {bone: turn for override, _ in placed.values() for bone, turn in override.items()}


def _fraction(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """How far along the way from `start` to `end` each point lies, 0 to 1 [shape=(n,)]."""
    return np.clip((points - start) @ (end - start) / np.sum((end - start) ** 2), 0, 1)
