"""What is exactly true of a rendered frame, as a clip's truth file has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from training.rendering.cameras import Camera
from training.rendering.motion import CIRCLE, MOVE, PAUSE, Performance
from training.rendering.people import Pose
from training.rendering.scene import Scene

NOTES = (
    "left/right = the person's own side; px in image pixels, xyz metres (z up); u: 0 at C7 .. 1 at L5 "
    "(arc length), v_cm: + towards the receiver's right"
)
SIDE_NAMES = (("L", "left"), ("R", "right"))

_STATE_NAMES = {CIRCLE: "circle", MOVE: "move", PAUSE: "pause"}
_CONTACT_M = 0.016  # of the thumb tip's middle above the skin
_SPINE_POINTS = 12
# A point counts as visible when what is drawn there is at most this much nearer: joints lie under the skin.
_BEHIND_SKIN_M, _THUMB_BEHIND_SKIN_M = 0.06, 0.02
_THUMB_COVERED_M = 0.0025  # what is drawn this much before the thumb's skin covers it; a pixel is as wide
_RECEIVER_JOINTS = {"shoulder": "upperarm01", "hip": "upperleg01", "elbow": "lowerarm01"}
_GIVER_JOINTS = {
    "thumb_ip": "finger1-3",
    "thumb_mcp": "finger1-2",
    "index_knuckle": "finger2-1",
    "pinky_knuckle": "finger5-1",
    "wrist": "wrist",
    "elbow": "lowerarm01",
    "shoulder": "upperarm01",
    "hip": "upperleg01",
}

Project = Callable[[Any], tuple[np.ndarray, np.ndarray]]
"""From points to pixels [shape=(n, 2)] and depths [shape=(n,)]."""


def points_of(scene: Scene, receiver: Pose, giver: Pose) -> dict[str, np.ndarray]:
    """Named points of both people [each shape=(3,)]."""
    points = {}
    for side, name in SIDE_NAMES:
        for joint, bone in _RECEIVER_JOINTS.items():
            points[f"receiver_{name}_{joint}"] = receiver.joint(f"{bone}.{side}")
        points[f"giver_{name}_thumb_tip"] = giver.thumb_tip(side)
        for joint, bone in _GIVER_JOINTS.items():
            points[f"giver_{name}_{joint}"] = giver.joint(f"{bone}.{side}")
    points["receiver_head"], points["giver_head"] = receiver.joint("head"), giver.joint("head")
    points["receiver_C7"], points["receiver_L5"] = scene.back.at(0, 0)[0], scene.back.at(1, 0)[0]
    return points


def thumb_shown(giver: Pose, side: str, camera: Camera, depth: np.ndarray) -> float:
    """How much of what faces the camera of a thumb's outer half lies inside the picture and behind nothing: 0 to 1.

    The thumb's last phalanx is tried vertex by vertex: the depth at the tip's middle alone cannot tell the thumb from
    a lock of hair, a finger or a fold of skin that lies on it.

    Parameters
    ----------
    depth : ndarray [shape=(height, width)]
        See `Renderer.depth`.
    """
    height, width = depth.shape
    vertices = giver.body.hands[side].thumb_end
    places = giver.vertices[vertices]
    facing = np.einsum("ij,ij->i", giver.normals[vertices], camera.eye - places) > 0
    pixels, depths = camera.pixels(places, width, height)
    inside = (pixels >= 0).all(1) & (pixels < (width, height)).all(1)
    columns = np.clip(pixels[:, 0].astype(int), 0, width - 1)
    rows = np.clip(pixels[:, 1].astype(int), 0, height - 1)
    shown = inside & (depths - depth[rows, columns] < _THUMB_COVERED_M)
    return float(shown[facing].mean()) if facing.any() else 0.0


def in_picture(
    points: dict[str, np.ndarray], project: Project, depth: np.ndarray, alone: bool
) -> dict[str, Any]:
    """Pixels and visibility of each point.

    Parameters
    ----------
    depth : ndarray [shape=(height, width)]
        Of what is drawn, see `Renderer.depth`.
    alone : bool
        The giver is not in the picture.
    """
    height, width = depth.shape
    pixels, depths = project(np.array(list(points.values())))
    out = {}
    for (name, place), (x, y), z in zip(points.items(), pixels, depths, strict=True):
        inside = 0 <= x < width and 0 <= y < height
        drawn = depth[int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))]
        allowed = _THUMB_BEHIND_SKIN_M if "thumb_tip" in name else _BEHIND_SKIN_M
        there = not (alone and name.startswith("giver"))
        out[name] = {
            "px": [round(float(x), 2), round(float(y), 2)],
            "xyz": [round(float(c), 4) for c in place],
            "vis": bool(inside and there and z - drawn < allowed),
        }
    return out


def of_frame(
    t_s: float,
    scene: Scene,
    performance: Performance,
    step: int,
    poses: tuple[Pose, Pose],
    wanted: dict[str, np.ndarray],
    picture: tuple[Project, np.ndarray],
    alone: bool,
) -> dict[str, Any]:
    """One entry of `frames`.

    Parameters
    ----------
    step : int
        Of `performance`.
    poses : tuple
        The receiver's and the giver's.
    wanted : dict
        Where the thumb tips should be, see `Giver.pose`.
    picture : tuple
        How points become pixels, and the picture's depth.
    """
    receiver, giver = poses
    project, depth = picture
    points = points_of(scene, receiver, giver)
    state = int(performance.state[step])
    spine, _ = project([scene.back.at(u, 0)[0] for u in np.linspace(0, 1, _SPINE_POINTS)])
    frame: dict[str, Any] = {
        "t": round(t_s, 4),
        "giver_present": not alone,
        "state": "alone" if alone else _STATE_NAMES[state],
        "n_pass": int(performance.passes[step]),
        "points": in_picture(points, project, depth, alone),
        "spine_px": [[round(float(x), 1), round(float(y), 1)] for x, y in spine],
        "back": {},
    }
    for side, name in SIDE_NAMES:
        tip, hand = points[f"giver_{name}_thumb_tip"], performance.hands[side]
        u, v, height = scene.back.invert(tip.astype(float))
        frame["back"][name] = {
            "u": round(float(u), 4),
            "u_cm": round(float(u * scene.back.length * 100), 2),
            "v_cm": round(float(v * 100), 2),
            "height_cm": round(height * 100, 2),
            "contact": bool(height < _CONTACT_M and not alone),
            "active": bool(not alone and hand.active and state == CIRCLE),
            "center_u": round(float(hand.u[step]), 4),
            "center_v_cm": round(float(hand.v[step] * 100), 2),
            "phase_deg": round(float(np.rad2deg(hand.angle[step]) % 360), 1),
            "circles": round(float(hand.circles[step]), 3),
            "ik_err_mm": round(float(np.linalg.norm(wanted[side] - tip) * 1000), 2),
            "reach": round(float(giver.reach[side]), 3),
        }
    return frame
