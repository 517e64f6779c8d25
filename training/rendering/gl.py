"""A small renderer on OpenGL that needs no graphics card (Mesa's llvmpipe will do): one lamp with a shadow map,
light from everywhere with darkened corners, procedural skin, cloth, hair, wood and walls (`shaders/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.rendering.cameras import Camera
from training.rendering.shapes import ASSETS
from training.rendering.surfaces import Light, Material, Surface

SHADERS = Path(__file__).parent / "shaders"
SHADOW_SIZE = 1536  # also in scene.frag.glsl
_NOISE_SIZE = 64  # also in scene.frag.glsl
_NOISE_SEED = 5

_OF_THE_ROOM = {Material.PROP, Material.PLANKS, Material.WALL, Material.PICTURE, Material.FABRIC}
"""Drawn once and copied into each further picture of the same camera."""


class Mesh:
    """Triangles on the graphics side; `upload` gives them a new pose.

    Parameters
    ----------
    faces : ndarray [shape=(n_faces, 3)]
    rest : ndarray [shape=(n_vertices, 3)]
    texture : ndarray [shape=(n_vertices, 2)], optional
    along_arm : ndarray [shape=(n_vertices,)], optional
    """

    def __init__(
        self,
        renderer: Renderer,
        faces: np.ndarray,
        rest: np.ndarray,
        texture: np.ndarray | None = None,
        along_arm: np.ndarray | None = None,
    ) -> None:
        context, n = renderer.context, len(rest)
        fixed = np.zeros((n, 6), np.float32)
        fixed[:, :3] = rest
        if texture is not None:
            fixed[:, 3:5] = texture
        fixed[:, 5] = -1 if along_arm is None else along_arm
        self._posed = context.buffer(reserve=n * 24)
        still = context.buffer(fixed.tobytes())
        triangles = context.buffer(np.ascontiguousarray(faces, np.int32).tobytes())
        self.coloured = context.vertex_array(
            renderer.scene_program,
            [(self._posed, "3f 3f", "pos", "nrm"), (still, "3f 2f 1f", "rest", "uv", "along_arm")],
            triangles,
        )
        self.depth_only = context.vertex_array(
            renderer.depth_program,
            [(self._posed, "3f 12x", "pos"), (still, "3f 8x 1f", "rest", "along_arm")],
            triangles,
        )

    def upload(self, positions: np.ndarray, normals: np.ndarray) -> None:
        """Both [shape=(n_vertices, 3)]."""
        values = np.concatenate([positions, normals], 1)
        self._posed.write(np.ascontiguousarray(values, np.float32).tobytes())


@dataclass(frozen=True, eq=False)
class Item:
    """A mesh and its looks."""

    mesh: Mesh
    surface: Surface


@dataclass
class _Target:
    """A place to draw to: colour, ambient part with depth, and the depth buffer."""

    framebuffer: Any
    colour: Any
    ambient: Any
    depth: Any = None


class Renderer:
    """Draws `items`.

    Parameters
    ----------
    width, height : int
        Of the pictures, pixels.
    oversampling : float
        The scene is drawn this much larger and scaled down.

    Attributes
    ----------
    items : list of Item
        What is drawn; `show` changes it.
    """

    def __init__(self, width: int, height: int, oversampling: float = 2) -> None:
        # Here, so that all the arithmetic can be used and tested without it.
        import moderngl

        self.width, self.height = width, height
        self.context = context = moderngl.create_context(standalone=True, backend="egl")
        self.items: list[Item] = []
        self.scene_program = self._program("scene", "scene")
        self.depth_program = self._program("depth", "depth")
        self._finish_program = self._program("screen", "finish")
        self._restore_program = self._program("screen", "restore")
        self._smooth = (context.LINEAR, context.LINEAR)

        self._shadows = context.depth_texture((SHADOW_SIZE, SHADOW_SIZE))
        self._shadows.compare_func = "<="
        self._shadows.filter = self._smooth
        self._shadow_target = context.framebuffer(depth_attachment=self._shadows)
        self._size = int(width * oversampling), int(height * oversampling)
        self._picture = self._picture_target()
        self._room = self._room_target()
        self._room_drawn = False
        self._out = context.framebuffer([context.texture((width, height), 3)])
        screen = context.buffer(np.array([-1, -1, 3, -1, -1, 3], np.float32).tobytes())
        self._finish = context.vertex_array(self._finish_program, [(screen, "2f", "corner")])
        self._restore = context.vertex_array(self._restore_program, [(screen, "2f", "corner")])

        random = np.random.default_rng(_NOISE_SEED).random((_NOISE_SIZE,) * 3 + (4,)).astype(np.float32)
        self._noise = context.texture3d((_NOISE_SIZE,) * 3, 4, (random * 255).astype(np.uint8).tobytes())
        self._noise.filter = self._smooth
        self._masks = self._texture(_read_picture(ASSETS / "masks.png"))
        self._backdrop = None

    def close(self) -> None:
        """Give everything back to the graphics side; nothing can be drawn any more."""
        self.context.release()

    def add(self, mesh: Mesh, surface: Surface) -> None:
        """Draw `mesh` from now on."""
        self.items.append(Item(mesh, surface))

    def show(self, items: list[Item]) -> None:
        """Draw these, and nothing else, from now on."""
        self.items = items
        self.forget_room()

    def forget_room(self) -> None:
        """Draw the room anew in the next picture: the camera, the light or the shadows on it have changed."""
        self._room_drawn = False

    def set_backdrop(self, image: np.ndarray) -> None:
        """The picture that `Material.PICTURE` shows [shape=(height, width, 3), dtype=uint8], bottom row first."""
        self._backdrop = self._texture(image)

    def render(self, camera: Camera, light: Light) -> np.ndarray:
        """One picture [shape=(height, width, 3), dtype=uint8], RGB."""
        context = self.context
        context.enable(context.DEPTH_TEST)
        context.disable(context.CULL_FACE)
        self._draw_shadows(light)
        self._set_scene(camera, light)
        if not self._room_drawn:
            self._room.framebuffer.use()
            self._room.framebuffer.clear(0, 0, 0, 9.0)
            self._draw([item for item in self.items if item.surface.material in _OF_THE_ROOM])
            self._room_drawn = True
        self._picture.framebuffer.use()
        context.depth_func = "1"
        for unit, texture in enumerate((self._room.colour, self._room.ambient, self._room.depth)):
            texture.use(unit)
        _set(self._restore_program, {"room_colour": 0, "room_ambient": 1, "room_depth": 2})
        self._restore.render()
        context.depth_func = "<"
        self._draw([item for item in self.items if item.surface.material not in _OF_THE_ROOM])
        return self._finished(camera, light)

    def depth(self) -> np.ndarray:
        """Distance along the camera's axis for each pixel of the last picture, metres [shape=(height, width)]."""
        wide, high = self._size
        values = np.frombuffer(self._picture.ambient.read(), np.float16).reshape(high, wide, 4)[::-1, :, 3]
        rows, columns = _nearest(self.height, high), _nearest(self.width, wide)
        return values[np.ix_(rows, columns)].astype(np.float32)

    # --- drawing ----------------------------------------------------------------------------------

    def _draw_shadows(self, light: Light) -> None:
        self._shadow_target.use()
        self._shadow_target.clear(depth=1.0)
        _set_matrix(self.depth_program, "view_projection", light.lamp_view)
        for item in self.items:
            if item.surface.casts_shadow:
                self._draw_depth(item)

    def _set_scene(self, camera: Camera, light: Light) -> None:
        to_screen = camera.projection @ camera.view
        _set_matrix(self.depth_program, "view_projection", to_screen)
        _set_matrix(self.scene_program, "view_projection", to_screen)
        _set_matrix(self.scene_program, "view", camera.view)
        _set_matrix(self.scene_program, "lamp_projection", light.lamp_view)
        _set(
            self.scene_program,
            {
                "eye": camera.eye,
                "lamp": light.lamp,
                "lamp_colour": light.lamp_colour,
                "fill": light.fill,
                "fill_colour": light.fill_colour,
                "sky": light.sky,
                "ground": light.ground,
                "shadow_map": 0,
                "masks": 1,
                "backdrop": 2,
                "noise_cube": 3,
            },
        )

    def _draw(self, items: list[Item]) -> None:
        """Depth first, so that each pixel is coloured once."""
        context = self.context
        context.depth_func = "<"
        self._write_colours(False)
        for item in items:
            self._draw_depth(item)
        self._write_colours(True)
        context.depth_func = "=="
        self._shadows.use(0)
        self._masks.use(1)
        if self._backdrop:
            self._backdrop.use(2)
        self._noise.use(3)
        for item in items:
            _set(self.scene_program, item.surface.colour_uniforms())
            item.mesh.coloured.render()

    def _draw_depth(self, item: Item) -> None:
        _set(self.depth_program, item.surface.shape_uniforms())
        item.mesh.depth_only.render()

    def _write_colours(self, on: bool) -> None:
        mask = (on,) * 4
        self._picture.framebuffer.color_mask = (mask, mask)
        self._room.framebuffer.color_mask = (mask, mask)

    def _finished(self, camera: Camera, light: Light) -> np.ndarray:
        self._out.use()
        self.context.disable(self.context.DEPTH_TEST)
        self._picture.colour.use(0)
        self._picture.ambient.use(1)
        _set(
            self._finish_program,
            {
                "colour": 0,
                "ambient_and_depth": 1,
                "pixel": (1 / self._size[0], 1 / self._size[1]),
                "focal": float(camera.focal),
                "exposure": float(light.exposure),
                "white_balance": light.white_balance,
            },
        )
        self._finish.render()
        values = np.frombuffer(self._out.read(components=3), np.uint8)
        return values.reshape(self.height, self.width, 3)[::-1]

    # --- made once --------------------------------------------------------------------------------

    def _program(self, vertex: str, fragment: str) -> Any:
        return self.context.program(shader(f"{vertex}.vert.glsl"), shader(f"{fragment}.frag.glsl"))

    def _picture_target(self) -> _Target:
        context = self.context
        colour, ambient = (context.texture(self._size, 4, dtype="f2") for _ in range(2))
        colour.filter = ambient.filter = self._smooth
        ambient.repeat_x = ambient.repeat_y = False
        framebuffer = context.framebuffer([colour, ambient], context.depth_renderbuffer(self._size))
        return _Target(framebuffer, colour, ambient)

    def _room_target(self) -> _Target:
        context = self.context
        colour, ambient = (context.texture(self._size, 4, dtype="f2") for _ in range(2))
        depth = context.depth_texture(self._size)
        depth.compare_func = ""
        return _Target(context.framebuffer([colour, ambient], depth), colour, ambient, depth)

    def _texture(self, image: np.ndarray) -> Any:
        texture = self.context.texture(image.shape[1::-1], 3, np.ascontiguousarray(image).tobytes())
        texture.filter = self._smooth
        return texture


def shader(name: str) -> str:
    """A shader's source, with the numbers of `Material` where it includes <materials>."""
    materials = "\n".join(f"#define {material.name} {material.value}" for material in Material)
    return (SHADERS / name).read_text(encoding="utf-8").replace("#include <materials>", materials)


def _set(program: Any, uniforms: Mapping[str, Any]) -> None:
    """Set uniforms; one that the compiler found unused is passed over."""
    for name, value in uniforms.items():
        if name in program:
            program[name].value = tuple(float(x) for x in value) if np.ndim(value) else value


def _set_matrix(program: Any, name: str, matrix: np.ndarray) -> None:
    program[name].write(np.ascontiguousarray(matrix.T, np.float32).tobytes())


def _nearest(pixels: int, samples: int) -> np.ndarray:
    """For each pixel the sample at its middle [shape=(pixels,)]."""
    return np.minimum(((np.arange(pixels) + 0.5) * samples / pixels).astype(int), samples - 1)


def _read_picture(path: Path) -> np.ndarray:
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(path)
    return image
