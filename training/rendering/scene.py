"""Two people in a room, drawn at random."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.rendering.approach import TAUGHT, Approach
from training.rendering.back import BackChart, SkinNet
from training.rendering.cameras import Camera
from training.rendering.giver import Giver, Grip, Stance
from training.rendering.gl import Item, Renderer
from training.rendering.lighting import indoor_light
from training.rendering.motion import HandGoal
from training.rendering.people import Looks, Person, Pose
from training.rendering.props import furnish, lie
from training.rendering.receiver import Receiver
from training.rendering.shapes import Bodies

VIEWS = ("behind", "diagonal")
"""Of clips: the giver beside her and the camera behind her, or the other way round. Stills may have "any"."""

SIDE_OF_SHEET = {"left": 1, "right": -1}
"""On which side of her what she lies on stands, when she lies on her side: 1 is her left."""

_STOOL_M = 0.46
_TABLE_M = 0.70
_CAMERA_ABOVE_TABLE_M = 0.25  # who leans forward is filmed from a little higher
_CLOTH_M = 0.004
_THICK_TOPS = ("tshirt", "longsleeve")
_RECEIVER_CENTRE, _GIVER_HEIGHT_M = np.array([0, 0.05, 0.93]), 0.95
_RECEIVER_SHARE = 0.62  # of the point that a clip's camera looks at


@dataclass(frozen=True)
class SceneOptions:
    """What is given; None is drawn at random.

    Parameters
    ----------
    view : str
        behind, diagonal, or any: cameras are placed for each picture.
    skin, giver_skin : float
        0 light to 1 dark; the giver's is near the receiver's when not given.
    lean : float, optional
        Degrees that the receiver leans onto a table; None: she sits nearly upright without one.
    validation : bool
        Show only the bodies held back for validation.
    receiver_looks, giver_looks : dict, optional
        Further fields of `people.Looks`, in place of what is drawn.
    receiver_hands : str
        One of `receiver.HANDS`.
    lying : str, optional
        On her "front" or on her "left" or "right" side. She sits upright all the same: what she lies on stands
        upright, too, which looks the same in pictures that are turned so that her neck is up.
    approach : Approach
        From where the giver's arms come.
    giver_azimuth : float, optional
        Where the giver is, see `Giver`; meant for an approach that is not from below.
    """

    view: str
    skin: float
    giver_skin: float | None = None
    receiver_top: str | None = None
    giver_shape: str | None = None
    stance: Stance | None = None
    grip: Grip | None = None
    lean: float | None = None
    validation: bool = False
    receiver_looks: Mapping[str, Any] = field(default_factory=dict)
    giver_looks: Mapping[str, Any] = field(default_factory=dict)
    receiver_hands: str = "rest"
    lying: str | None = None
    approach: Approach = TAUGHT
    giver_azimuth: float | None = None


class Scene:
    """Two people, a room, a light and a camera.

    Attributes
    ----------
    receiver : Receiver
    giver : Giver
    receiver_top : str
    giver_skin : float
    back : BackChart
        The receiver's as she was posed last.
    light : Light
    camera_azimuth, camera_distance, camera_height, fov_deg : float
        Of a clip's camera; its angle is measured like the giver's.
    wall : float
        y of the wall behind everything.
    """

    def __init__(
        self, renderer: Renderer, bodies: Bodies, options: SceneOptions, rng: np.random.Generator
    ) -> None:
        self.renderer = renderer
        women = bodies.shapes("f_", options.validation)
        men = bodies.shapes("m_", options.validation)
        self.receiver_top = options.receiver_top or str(rng.choice(["bare", "bra", "tank", "tshirt", "bra"]))
        receiver = Person(
            renderer,
            bodies,
            str(rng.choice(women)),
            float(rng.uniform(1.58, 1.72)),
            _looks(
                options.receiver_looks,
                skin=options.skin,
                top=self.receiver_top,
                hair=str(rng.choice(["up", "up", "bob", "short", "long"])),
                sleeve=0.5,
            ),
            rng,
        )
        if options.giver_skin is None:
            self.giver_skin = float(np.clip(options.skin + rng.uniform(-0.25, 0.25), 0, 1))
        else:
            self.giver_skin = options.giver_skin
        shape = options.giver_shape or str(rng.choice(men if rng.random() < 0.8 else women))
        giver = Person(
            renderer,
            bodies,
            shape,
            float(rng.uniform(1.70, 1.84)),
            _looks(
                options.giver_looks,
                skin=self.giver_skin,
                top=str(rng.choice(["tshirt", "tshirt", "longsleeve"])),
                hair=str(rng.choice(["short", "short", "short", "bald"]))
                if shape.startswith("m")
                else "long",
                sleeve=float(rng.uniform(0.4, 0.7)),
            ),
            rng,
        )
        self._net = SkinNet(receiver.body)
        self.receiver = _seated(receiver, options, rng)
        giver_azimuth = self._place_camera(options.view, rng)
        if options.lying in SIDE_OF_SHEET:
            giver_azimuth = -SIDE_OF_SHEET[options.lying] * abs(giver_azimuth)
        if options.giver_azimuth is not None:
            giver_azimuth = options.giver_azimuth
        stances = ["sit", "sit", "kneel", "stand"] if options.view == "any" else ["sit", "sit", "kneel"]
        stance = options.stance or str(rng.choice(stances))
        grip = options.grip or str(rng.choice(["fist", "open"]))
        cloth = _CLOTH_M if self.receiver_top in _THICK_TOPS else 0.0
        self.giver = Giver(giver, giver_azimuth, stance, grip, cloth, rng, options.approach)
        self.back = self._chart(self.receiver.pose(0, 0))
        self.giver.come_within_reach(self.back)
        self.wall = furnish(renderer, rng, _STOOL_M, self.receiver.table, self.giver.seat)
        if options.lying is not None:
            lie(renderer, rng, options.lying)
        self.light = indoor_light(rng, self.camera_azimuth)

    def items_without_giver(self) -> list[Item]:
        """What is left when the giver is out of the picture."""
        of_giver = {id(item) for item in self.giver.person.items}
        return [item for item in self.renderer.items if id(item) not in of_giver]

    def pose_receiver(self, t_s: float, breath: float) -> Pose:
        """Pose her, see `Receiver.pose`, and move `back` with her."""
        pose = self.receiver.pose(t_s, breath)
        self.receiver.person.upload(pose)
        self.back = self._chart(pose)
        return pose

    def pose_giver(
        self, t_s: float, hands: dict[str, HandGoal], u_lean: float
    ) -> tuple[Pose, dict[str, np.ndarray]]:
        """See `Giver.pose`."""
        pose, wanted = self.giver.pose(self.back, t_s, hands, u_lean)
        self.giver.person.upload(pose)
        return pose, wanted

    def clip_camera(self, aspect: float, shake: np.ndarray | None = None) -> Camera:
        """The camera of a clip, for pictures of `aspect` (width / height), moved by `shake` [shape=(3,)]."""
        angle = np.deg2rad(self.camera_azimuth)
        eye = np.array(
            [
                np.sin(angle) * self.camera_distance,
                np.cos(angle) * self.camera_distance,
                self.camera_height,
            ]
        )
        x, y = self.giver.place
        giver_centre = np.array([x, y, _GIVER_HEIGHT_M])
        target = _RECEIVER_CENTRE * _RECEIVER_SHARE + giver_centre * (1 - _RECEIVER_SHARE)
        eye[:2] += target[:2] * 0.8
        if shake is not None:
            eye += shake
        return Camera.towards(eye, target, self.fov_deg, aspect)

    def _chart(self, pose: Pose) -> BackChart:
        return BackChart(self._net.points(pose.vertices))

    def _place_camera(self, view: str, rng: np.random.Generator) -> float:
        """Draw the clip's camera; the result is the giver's azimuth."""
        side = float(rng.choice([-1, 1]))
        if view == "behind":
            giver = side * float(rng.uniform(52, 74))
            self.camera_azimuth = -side * float(rng.uniform(-2, 12))
            self.camera_distance = float(rng.uniform(1.35, 1.8))
            self.camera_height = float(rng.uniform(1.15, 1.5))
        elif view == "diagonal":
            giver = side * float(rng.uniform(8, 28))
            self.camera_azimuth = -side * float(rng.uniform(32, 50))
            self.camera_distance = float(rng.uniform(1.35, 1.8))
            self.camera_height = float(rng.uniform(1.2, 1.6))
        else:
            giver = float(rng.uniform(-80, 80))
            self.camera_azimuth, self.camera_distance, self.camera_height = 0.0, 1.5, 1.3
        if self.receiver.table is not None:
            self.camera_height += _CAMERA_ABOVE_TABLE_M
        self.fov_deg = float(rng.uniform(44, 52))
        return giver


def _looks(given: Mapping[str, Any], **drawn: Any) -> Looks:
    return Looks(**(drawn | dict(given)))


def _seated(person: Person, options: SceneOptions, rng: np.random.Generator) -> Receiver:
    upright_lean, head = float(rng.uniform(3, 14)), float(rng.uniform(8, 26))
    if options.lean is None:
        return Receiver(person, _STOOL_M, upright_lean, head, hands=options.receiver_hands)
    table = _TABLE_M + 0.02 * (head - 17) / 9
    return Receiver(person, _STOOL_M, options.lean, head + 0.5 * options.lean, table, options.receiver_hands)
