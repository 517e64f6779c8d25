"""Random pictures of one random scene, cut out, turned upright and brought to one scale as the network will see them.

Only the crop is rendered. What is slow to make (bodies, clothes, room) stays for a whole scene; hands, light and camera
are drawn for every picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from training.arrangements import (
    goals_from,
    kneading,
    laid_on_each_other,
    random_arrangement,
    with_fingers_ahead,
)
from training.layout import (
    CENTRE_U,
    GIVER_POINTS,
    HAND_POINTS,
    RENDERED_CM_PER_PX,
    RENDERED_HEIGHT,
    RENDERED_WIDTH,
    THUMB_TIPS,
    VALIDATION_SEED,
    Mixture,
)
from training.rendering.approach import TAUGHT
from training.rendering.body import SIDES, FingerPose
from training.rendering.cameras import Camera
from training.rendering.giver import GRIP_FINGERS, HandVariation
from training.rendering.gl import Renderer
from training.rendering.lighting import indoor_light, lamp_view
from training.rendering.motion import HandGoal
from training.rendering.people import Pose
from training.rendering.props import BOOKSHELF, PAINTING, quad
from training.rendering.rotations import unit
from training.rendering.scene import SIDE_OF_SHEET, Scene, SceneOptions
from training.rendering.shapes import Bodies
from training.rendering.surfaces import Light, Material, Surface, linear
from training.rendering.truth import points_of, thumb_shown

Shares = Mapping[Any, float]
"""How often what is drawn; the shares add up to 1."""

_OVERSAMPLING = 1.2
_MOST_LEAN = 68  # degrees; the taught posture is 30 to 60
_UPRIGHT_SHARE = 0.25
_NOBODY_SHARE = 0.12
_BUSY_WALL_SHARE = 0.45
_BESIDE_GIVER_DEG = 28  # a camera nearer to the giver's own direction sees only the giver
_CAMERA_TRIES = 20
_LYING: Shares = {None: 0.6, "front": 0.24, "left": 0.08, "right": 0.08}
_HANDS_SITTING: Shares = {"rest": 0.72, "shoulders": 0.06, "crossed": 0.06, "nape": 0.08, "loins": 0.08}
_HANDS_LYING: Shares = {"beside": 0.5, "above": 0.5}
_HANDS_ON_HER: Shares = {"shoulders": 0.25, "crossed": 0.15, "nape": 0.3, "loins": 0.3}
_NOBODY_BESIDES_SHARE = 0.5  # where her own hands are on her by `Mixture.own_hands`
_WAIST, _HEM_FROM_WAIST = (-0.01, 0.19), (-0.10, 0.05)  # see `people.Looks`: hip trousers to high ones; a hem
# below the waistband hangs over it, one above leaves skin between
_WRISTS_WORN, _OILED, _OWN_CLOTH, _TATTOOED, _DRESSED_OTHERWISE = 0.3, 0.3, 0.6, 0.06, 0.25
_PATTERNS: Shares = {0.0: 0.5, 1.0: 0.1, 2.0: 0.1, 3.0: 0.18, 4.0: 0.12}
_HAIR_OF_STILLS: Shares = {None: 0.6, "plait": 0.28, "scarf": 0.12}
_WRIST_COLOURS = [(20, 20, 22), (190, 160, 90), (180, 182, 186), (120, 40, 40), (90, 60, 40), (30, 50, 90)]
_FREELY_HELD, _ANYHOW_HELD = 0.4, 0.3  # shares; the other hands are near the plain grip
_WIDEST_TURN_DEG = {"fist": (20, 60), "open": (40, 100)}
_WIDEST_THUMB_DEG = 50, 85
_FROM_ONE_SIDE_SHARE, _ONE_HAND_SHARE = 0.08, 0.12
_ON_EACH_OTHER_SHARE = 0.06, 0.2  # of flat hands: arms from below, and from elsewhere
_GIVER_IN_THE_WAY_DEG, _GIVER_IN_THE_WAY_M = 4, 0.3  # for cameras aside of, or above, who bends over her
# A point counts as visible when what is drawn there is at most this much nearer: joints lie under the skin.
_BEHIND_SKIN_M = np.array(([np.inf] + [0.05] * 5) * 2 + [0.06] * 6)
# But a thumb's tip counts as visible when so much of the thumb's end is (our choice).
_THUMB_SHOWN = 0.5


@dataclass(frozen=True)
class Picture:
    """One rendered picture and its truth.

    Attributes
    ----------
    image : ndarray [shape=(336, 256, 3), dtype=uint8]
        RGB.
    pixels : ndarray [shape=(18, 2)]
        See `training.layout.POINTS`; may lie outside of the picture.
    visible, exists : ndarray of bool [shape=(18,)]
        Inside and not hidden; part of the scene at all.
    azimuth : float
        Of the camera, degrees from straight behind her.
    """

    image: np.ndarray
    pixels: np.ndarray
    visible: np.ndarray
    exists: np.ndarray
    azimuth: float


class RandomScene:
    """A source of pictures; the same seed gives the same pictures.

    Parameters
    ----------
    seed : int
        From `VALIDATION_SEED` on the scene is one for validation.
    mixture : Mixture
    """

    def __init__(self, seed: int, bodies: Bodies, mixture: Mixture) -> None:
        self._rng = rng = np.random.default_rng(seed)
        self._mixture = mixture
        lean = float(rng.uniform(0, _MOST_LEAN)) if rng.random() < 1 - _UPRIGHT_SHARE else None
        lying = None if lean is not None else _pick(rng, _LYING)
        self.options = SceneOptions(
            view="any",
            skin=float(rng.uniform(0, 1)),
            giver_skin=None if rng.random() < 0.6 else float(rng.uniform(0, 1)),
            receiver_top=str(
                rng.choice(["bare", "bare", "bra", "bra", "tank", "tshirt", "longsleeve", "towel"])
            ),
            grip=str(rng.choice(["fist"] * mixture.fists + ["open"] * (5 - mixture.fists))),
            lean=lean,
            validation=seed >= VALIDATION_SEED,
            receiver_looks=random_looks(rng),
            giver_looks=random_looks(rng) | _giver_top(rng),
            receiver_hands=_pick(rng, _HANDS_LYING if lying else _HANDS_SITTING),
            lying=lying,
        )
        # With numbers of its own, so that scenes as they are taught stay the same whatever the share of others.
        self._otherwise = np.random.default_rng([seed, 1])
        if self._otherwise.random() < mixture.otherwise:
            arrangement = random_arrangement(self._otherwise)
            lies = arrangement.options["lying"]
            hands = _pick(self._otherwise, _HANDS_LYING if lies else _HANDS_SITTING)
            self.options = replace(
                self.options, approach=arrangement.approach, receiver_hands=hands, **arrangement.options
            )
        self._own = own = np.random.default_rng([seed, 2])  # of its own for the same reason
        if own.random() < mixture.waists:
            waist = float(own.uniform(*_WAIST))
            cut = {"waist": waist, "hem": max(waist + float(own.uniform(*_HEM_FROM_WAIST)), 0.0)}
            self.options = replace(self.options, receiver_looks={**self.options.receiver_looks, **cut})
        self._nobody_besides = 0.0
        if own.random() < mixture.own_hands and self.options.lying is None:
            self.options = replace(self.options, receiver_hands=_pick(own, _HANDS_ON_HER))
            self._nobody_besides = _NOBODY_BESIDES_SHARE
        self.renderer = Renderer(RENDERED_WIDTH, RENDERED_HEIGHT, _OVERSAMPLING)
        self.scene = Scene(self.renderer, bodies, self.options, rng)
        if rng.random() < _BUSY_WALL_SHARE:
            part = PAINTING if rng.random() < 0.7 else BOOKSHELF
            corner = (-3, self.scene.wall + 0.03, 0)
            picture = Surface(Material.PICTURE, casts_shadow=False)
            quad(self.renderer, corner, (6, 0, 0), (0, 0, 2.9), picture, part)
        self._everybody, self._alone = self.renderer.items, self.scene.items_without_giver()

    def close(self) -> None:
        """Give the renderer back."""
        self.renderer.close()

    def draw(self) -> Picture:
        """The next picture."""
        rng, scene = self._rng, self.scene
        nobody = bool(rng.random() < _NOBODY_SHARE) | bool(self._own.random() < self._nobody_besides)
        self.renderer.show(self._alone if nobody else self._everybody)
        receiver = scene.pose_receiver(rng.uniform(0, 60), rng.normal(0, 0.4))
        scene.giver.variation = random_hands(rng, scene.giver.grip)
        goals = self._arranged(random_goals(rng, self._mixture.at_neck))
        u_lean = float(np.clip((goals["L"].u + goals["R"].u) / 2, -0.05, 1))
        giver, _ = scene.pose_giver(rng.uniform(0, 60), goals, u_lean)
        eye, target, azimuth = self._place_camera()
        light = random_light(rng, azimuth)
        aspect = RENDERED_WIDTH / RENDERED_HEIGHT
        camera = self._cropped(Camera.towards(eye, target, scene.fov_deg, aspect), aspect)
        image, depth = self.renderer.render(camera, light), self.renderer.depth()

        points = _points(scene, receiver, giver)
        pixels, depths = camera.pixels(points, RENDERED_WIDTH, RENDERED_HEIGHT)
        inside = (pixels >= 0).all(1) & (pixels < (RENDERED_WIDTH, RENDERED_HEIGHT)).all(1)
        columns = np.clip(pixels[:, 0].astype(int), 0, RENDERED_WIDTH - 1)
        rows = np.clip(pixels[:, 1].astype(int), 0, RENDERED_HEIGHT - 1)
        visible = inside & (depths - depth[rows, columns] < _BEHIND_SKIN_M)
        for side, tip in zip(SIDES, THUMB_TIPS, strict=True):
            visible[tip] &= thumb_shown(giver, side, camera, depth) >= _THUMB_SHOWN
        exists = np.ones(len(points), bool)
        if nobody:
            exists[:GIVER_POINTS] = visible[:GIVER_POINTS] = False
        return Picture(image, pixels, visible, exists, azimuth)

    def _arranged(self, goals: dict[str, HandGoal]) -> dict[str, HandGoal]:
        """`goals` as this scene has them when the arms do not come from below; turns the hands, too."""
        if not self._mixture.otherwise:
            return goals
        rng, giver = self._otherwise, self.scene.giver
        elsewhere = giver.approach != TAUGHT
        if elsewhere:
            goals = goals_from(rng, giver.approach.heading, goals)
        if giver.grip == "open" and giver.variation is not None:
            if rng.random() < _ON_EACH_OTHER_SHARE[elsewhere]:
                goals, giver.variation = laid_on_each_other(rng, goals, giver.variation)
            elif elsewhere:
                giver.variation = with_fingers_ahead(rng, giver.variation)
        elif elsewhere and giver.variation is not None:
            giver.variation = kneading(rng, giver.variation)
        return goals

    def _place_camera(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Eye, target and azimuth of a camera that does not only see the giver's back."""
        rng = self._rng
        centre = self.scene.back.at(CENTRE_U, 0)[0].astype(float)
        over_her = self.scene.giver.approach.over_her
        heading = np.deg2rad(self.scene.giver.approach.heading)
        to_giver, aside = -np.sin(heading), abs(np.sin(heading))  # 1: her left, -1: her right
        for _ in range(_CAMERA_TRIES):
            azimuth = float(rng.uniform(-60, 60))
            behind_sheet = azimuth * SIDE_OF_SHEET.get(self.options.lying or "", 0) > 0
            if over_her:
                beside_giver = azimuth * to_giver > _GIVER_IN_THE_WAY_DEG
            else:
                nearest = _BESIDE_GIVER_DEG * (1 + aside)
                beside_giver = abs(azimuth - self.scene.giver.azimuth) <= nearest
            if not beside_giver and not behind_sheet:
                break
        distance, angle = float(rng.uniform(0.8, 2.8)), np.deg2rad(azimuth)
        eye = centre + np.array([np.sin(angle) * distance, np.cos(angle) * distance, 0])
        highest = centre[2] + 0.25 + 0.75 * min(distance, 1.5)
        if over_her and np.cos(heading) < -0.5:
            highest = min(highest, centre[2] + _GIVER_IN_THE_WAY_M)
        eye[2] = float(rng.uniform(centre[2] - 0.25, highest))
        return eye, centre + rng.normal(0, 0.15, 3), azimuth

    def _cropped(self, camera: Camera, aspect: float) -> Camera:
        """`camera` with its picture shifted, turned upright and brought to the scale of rendered pictures."""
        back = self.scene.back
        marks = [(0, 0), (1, 0), (0.2, 0), (0.5, 0), (CENTRE_U, -0.04), (CENTRE_U, 0.04), (CENTRE_U, 0)]
        places, _ = camera.project(np.array([back.at(u, v)[0] for u, v in marks]))
        square = np.array([aspect, 1.0])  # brings both directions to halves of the picture's height
        c7, l5, higher, lower, left, right, centre = places * square
        # How far a centimetre of skin reaches in the picture, in the direction in which it reaches farthest.
        along, across = (lower - higher) / (0.3 * (back.length * 100)), (right - left) / 8.0
        per_cm = np.linalg.svd(np.stack([along, across], 1))[1][0]
        enlarge = (2 / RENDERED_HEIGHT / RENDERED_CM_PER_PX) / per_cm
        up = unit(c7 - l5)
        turn = enlarge * np.array([[up[1], -up[0]], [up[0], up[1]]])
        change = np.eye(4)
        change[:2, :2] = np.diag(1 / square) @ turn @ np.diag(square)
        change[:2, 3] = -turn @ centre / square
        return camera.moved(change, enlarge)


def random_looks(rng: np.random.Generator) -> dict[str, Any]:
    """What people wear and how their skin shines, for `people.Looks`."""
    looks: dict[str, Any] = {}
    if rng.random() < _OILED:
        looks["oil"] = float(rng.uniform(0.2, 1))
    if rng.random() < _WRISTS_WORN:
        width = rng.uniform(0.015, 0.09)  # of the forearm: 4 mm to 2.5 cm
        end = rng.uniform(1.86, 1.98)
        looks["on_wrist"] = (end - width, end, float(rng.choice([-1, 1, 0])))
        looks["wrist_colour"] = linear(_WRIST_COLOURS[rng.integers(len(_WRIST_COLOURS))])
    if rng.random() < _OWN_CLOTH:
        looks["cloth"] = linear(rng.uniform(15, 245, 3)), linear(rng.uniform(15, 245, 3))
        looks["pattern"] = _pick(rng, _PATTERNS)
    if rng.random() < _TATTOOED:
        looks["tattoo"] = float(rng.uniform(0.4, 1))
    hair = _pick(rng, _HAIR_OF_STILLS)
    if hair is not None:
        looks["hair"] = hair
    return looks


def _giver_top(rng: np.random.Generator) -> dict[str, str]:
    if rng.random() < _DRESSED_OTHERWISE:
        return {"top": str(rng.choice(["tank", "longsleeve"]))}
    return {}


def _pick(rng: np.random.Generator, shares: Shares) -> Any:
    return list(shares)[rng.choice(len(shares), p=list(shares.values()))]


def random_hands(rng: np.random.Generator, grip: str) -> dict[str, HandVariation]:
    """How both hands differ from the plain grip."""
    hands = {}
    plain = GRIP_FINGERS[grip]
    common_turn = rng.normal(0, 1, 3) * 0.15
    how = rng.random()
    anyhow, freely = how < _ANYHOW_HELD, how < _ANYHOW_HELD + _FREELY_HELD
    widest = np.deg2rad(_WIDEST_TURN_DEG[grip][anyhow])
    common_neck = rng.uniform(-1, 1) * widest if freely else 0.0
    for side in SIDES:
        if grip == "fist":
            curl = np.array(plain.curl) + rng.normal(0, 0.10) + rng.normal(0, 0.05, 4)
            fingers = FingerPose(
                np.clip(curl, 0.4, 1),
                thumb=np.array(plain.thumb) + rng.normal(0, 8, 3),
                thumb_out=float(rng.normal(plain.thumb_out, 7)),
            )
        else:
            curl = np.array(plain.curl) + abs(rng.normal(0, 0.14)) + rng.normal(0, 0.05, 4)
            fingers = FingerPose(
                np.clip(curl, 0, 0.7),
                spread=float(rng.uniform(0, 6)),
                thumb=np.array(plain.thumb) + rng.normal(0, 8, 3),
                thumb_out=float(
                    rng.uniform(0, _WIDEST_THUMB_DEG[anyhow]) if freely else rng.normal(plain.thumb_out, 8)
                ),
            )
        mirror = np.array([1, -1, -1]) if side == "R" else np.ones(3)
        turn = common_turn * mirror + rng.normal(0, 1, 3) * 0.16
        idle_curl = np.clip(rng.uniform(0.05, 0.5) + rng.normal(0, 0.05, 4), 0, 1)
        idle = FingerPose(idle_curl, 3.0, (0, 2, 2), 10.0)
        own_neck = rng.uniform(-1, 1) if anyhow else rng.normal(0, 0.3)
        towards_neck = (0.0 if anyhow else common_neck) + own_neck * widest if freely else 0.0
        hands[side] = HandVariation(turn, fingers, idle, towards_neck)
    return hands


def random_goals(rng: np.random.Generator, at_neck: float) -> dict[str, HandGoal]:
    """Where the thumbs are: mostly side by side, sometimes apart, in the air, on one side, one of them idle or away."""
    u = rng.uniform(-0.02, 0.95) if rng.random() < 1 - at_neck else rng.uniform(-0.02, 0.25)
    v = rng.uniform(0.3, 6.5) / 100
    in_air = rng.random() < 0.12
    idle = str(rng.choice(list(SIDES))) if rng.random() < 0.10 else None
    away = str(rng.choice(list(SIDES))) if rng.random() < _ONE_HAND_SHARE else None
    both_on = int(rng.choice([-1, 1])) if rng.random() < _FROM_ONE_SIDE_SHARE else None
    goals = {}
    for side in SIDES:
        to_right = both_on or (1 if side == "R" else -1)
        radius, angle = rng.uniform(0, 2.2) / 100, rng.uniform(0, 2 * np.pi)
        apart = rng.normal(0, 0.03) if rng.random() < 0.8 else rng.normal(0, 0.15)
        goal = HandGoal(
            u=float(np.clip(u + apart, -0.03, 0.97)),
            v=float(to_right * np.clip(v + rng.normal(0, 0.008), 0.002, 0.085)),
            across=radius * np.cos(angle),
            up=radius * np.sin(angle),
            lift=_random_lift(rng, in_air),
        )
        if side == idle:
            goal = HandGoal(
                u=float(rng.uniform(0.02, 0.2)),
                v=float(to_right * rng.uniform(0.06, 0.1)),
                lift=0.0 if rng.random() < 0.6 else float(rng.uniform(0.02, 0.2)),
                active=False,
            )
        goals[side] = replace(goal, away=True) if side == away else goal
    return goals


def random_light(rng: np.random.Generator, camera_azimuth: float) -> Light:
    """An indoor light, bent out of shape: from any side, of any strength and colour."""
    light = indoor_light(rng, camera_azimuth)
    strength = np.exp(rng.normal(0, 0.25))
    if rng.random() < 0.35:
        azimuth, elevation = rng.uniform(0, 2 * np.pi), np.deg2rad(rng.uniform(5, 80))
        light.lamp = np.array(
            [
                np.cos(azimuth) * np.cos(elevation),
                np.sin(azimuth) * np.cos(elevation),
                np.sin(elevation),
            ]
        )
        light.lamp_view = lamp_view(light.lamp)
    light.lamp_colour = light.lamp_colour * strength * np.clip(1 + rng.normal(0, 0.12, 3), 0.6, 1.5)
    light.sky = light.sky * np.exp(rng.normal(0, 0.3)) * np.clip(1 + rng.normal(0, 0.08, 3), 0.7, 1.4)
    light.ground = light.ground * np.exp(rng.normal(0, 0.3))
    light.exposure = float(np.exp(rng.normal(0, 0.15)))
    light.white_balance = tuple(np.clip(1 + rng.normal(0, 0.06, 3), 0.8, 1.2))
    return light


def _random_lift(rng: np.random.Generator, in_air: bool) -> float:
    if in_air:
        return float(rng.uniform(0.005, 0.08))
    return 0.0 if rng.random() < 0.85 else float(rng.uniform(0, 0.03))


def _points(scene: Scene, receiver: Pose, giver: Pose) -> np.ndarray:
    """The points of `training.layout.POINTS` in the scene [shape=(18, 3)]."""
    named = points_of(scene, receiver, giver)
    hands = [named[f"giver_{side}_{point}"] for side in ("left", "right") for point in HAND_POINTS]
    joints = [
        named[f"receiver_{side}_{joint}"] for joint in ("shoulder", "hip") for side in ("left", "right")
    ]
    return np.array([*hands, named["receiver_C7"], named["receiver_L5"], *joints])
