"""Sphere tracing of a scene into an sRGB picture.

Rays are marched as in J. C. Hart, "Sphere tracing" (1996): step by the distance to the nearest surface until it is nearly 0. Each part is marched alone,
only by the rays that cross its bounding box, and only while they are under way. Soft shadows: https://iquilezles.org/articles/rmshadows/. Ambient
occlusion: A. Evans, "Fast approximations for global illumination on dynamic scenes" (2006). Film curve: K. Narkowicz's fit of ACES (2016).
"""

import numpy as np
from PIL import Image, ImageFilter

from ml.detect.boxes import Boxes, no_boxes
from ml.sample.arrays import Floats, Mask, Vectors, smoothstep
from ml.sample.materials import Material
from ml.sample.noise import value_noise
from ml.sample.scene import Part, Scene

OVERSAMPLING = 1.5  # rays along each side of a pixel
TILE = 24_000  # rays marched together; their arrays stay in the processor's cache
MARCH_STEPS = 56
SHADOW_STEPS = 20
SHADOW_PAD = 1.2  # cm around a part in which its half-shadow may lie
OCCLUSION_REACHES = (0.35, 1.0, 2.4)  # cm along the normal
_BEHIND = -1  # owner of a ray that met nothing
_TABLE = -2


def render(scene: Scene, width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """Photograph the scene: an RGB picture of width x height pixels, with lens blur, vignette and sensor noise."""
    wide, high = round(width * OVERSAMPLING), round(height * OVERSAMPLING)
    rays = scene.camera.rays(wide, high)
    tiles = [
        _trace(scene, np.ascontiguousarray(rays[:, at : at + TILE])) for at in range(0, rays.shape[1], TILE)
    ]
    light = np.concatenate([colour for colour, _ in tiles], axis=1)
    depth = np.concatenate([far for _, far in tiles]).reshape(high, wide)
    picture = Image.fromarray(_develop(light).T.reshape(high, wide, 3))
    picture = _lens_blur(picture, depth, scene).resize((width, height), Image.Resampling.LANCZOS)
    return _sensor(picture, rng)


def hotdog_boxes(scene: Scene, width: int, height: int) -> Boxes:
    """Box (N, 4) of what can be seen of each hotdog, in fractions of a picture of width x height pixels; one that cannot be seen has none."""
    hotdogs = sorted({part.hotdog for part in scene.parts if part.hotdog is not None})
    if not hotdogs:
        return no_boxes()
    rays = scene.camera.rays(width, height)
    owner = np.concatenate(
        [_met(scene, rays[:, at : at + TILE])[1] for at in range(0, rays.shape[1], TILE)]
    ).reshape(height, width)
    boxes = []
    for number in hotdogs:
        its_parts = [index for index, part in enumerate(scene.parts) if part.hotdog == number]
        rows, columns = np.nonzero(np.isin(owner, its_parts))
        if rows.size:
            left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
            boxes.append((left / width, top / height, right / width, bottom / height))
    return np.array(boxes, np.float32) if boxes else no_boxes()


def _trace(scene: Scene, rays: Vectors) -> tuple[Vectors, Floats]:
    """Linear colours (3, N) and distances (N,) of what the rays meet; infinitely far is 1e6."""
    origin = scene.camera.origin
    far, owner = _met(scene, rays)
    colour = scene.backdrop.colour(rays)
    solid = np.flatnonzero(owner != _BEHIND)
    if solid.size:
        points = origin[:, None] + rays[:, solid] * far[solid]
        colour[:, solid] = _shade(scene, points, rays[:, solid], owner[solid])
    return colour, far


def _met(scene: Scene, rays: Vectors) -> tuple[Floats, np.typing.NDArray[np.int32]]:
    """Distances (N,) to what the rays meet first, and its index among the parts, or `_TABLE`, or `_BEHIND`."""
    origin = scene.camera.origin
    far, owner = _hit_table(scene, origin, rays)
    for index, part in enumerate(scene.parts):
        _march(part, index, origin, rays, far, owner, 24 / scene.camera.focal / 400)
    return far, owner


def _hit_table(scene: Scene, origin: Floats, rays: Vectors) -> tuple[Floats, np.typing.NDArray[np.int32]]:
    far = np.full(rays.shape[1], 1e6, np.float32)
    owner = np.full(rays.shape[1], _BEHIND, np.int32)
    down = np.flatnonzero(rays[2] < -1e-4)
    t = -origin[2] / rays[2, down]
    on_table = np.hypot(*(origin[:2, None] + rays[:2, down] * t)) < scene.table_end
    far[down[on_table]] = t[on_table]
    owner[down[on_table]] = _TABLE
    return far, owner


def _cross_box(part: Part, p: Vectors, d: Vectors, pad: float) -> tuple[Floats, Floats]:
    """Where local rays p + t d enter and leave the part's box, widened by `pad` cm (slab test)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = 1 / np.where(np.abs(d) < 1e-7, np.float32(1e-7), d)
    enter = np.full(d.shape[1], -np.inf, np.float32)
    leave = np.full(d.shape[1], np.inf, np.float32)
    for axis in range(3):
        a = (np.float32(part.low[axis] - pad) - p[axis]) * inverse[axis]
        b = (np.float32(part.high[axis] + pad) - p[axis]) * inverse[axis]
        enter = np.maximum(enter, np.minimum(a, b))
        leave = np.minimum(leave, np.maximum(a, b))
    return enter, leave


def _march(
    part: Part,
    index: int,
    origin: Floats,
    rays: Vectors,
    far: Floats,
    owner: np.typing.NDArray[np.int32],
    spread: float,
) -> None:
    """March the rays that cross the part's box; lower `far` and set `owner` where they meet it first. `spread`: cone width per cm."""
    p0 = part.to_local(origin[:, None])
    d = part.rotation.T @ rays
    enter, leave = _cross_box(part, p0, d, 0.05)
    enter = np.maximum(enter, 0)
    leave = np.minimum(leave, far)
    active = np.flatnonzero(enter < leave)
    t, end, d = enter[active], leave[active], np.ascontiguousarray(d[:, active])
    for _ in range(MARCH_STEPS):
        if not active.size:
            return
        gap = part.distance(p0 + d * t)
        hit = gap < np.float32(spread) * t
        if hit.any():
            far[active[hit]] = t[hit]
            owner[active[hit]] = index
        t = t + gap * np.float32(part.caution)
        going = ~hit & (t < end)
        active, t, end, d = active[going], t[going], end[going], np.ascontiguousarray(d[:, going])


def _normals(part: Part, p: Vectors) -> Vectors:
    """Unit normals (3, N) in the part's frame, from four samples at a tetrahedron's corners."""
    normal = np.zeros_like(p)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        e = np.array(corner, np.float32)[:, None]
        normal += e * part.distance(p + e * np.float32(0.012))
    return normal / np.maximum(np.sqrt((normal * normal).sum(axis=0)), 1e-6)


def _roughen(material: Material, p: Vectors, normals: Vectors) -> Vectors:
    """Normals tilted by the slope of the material's relief."""
    if material.bump == 0:
        return normals
    scale = material.bump_scale
    here = value_noise(p, scale, 11)
    slope = np.empty_like(p)
    for axis in range(3):
        aside = p.copy()
        aside[axis] += np.float32(scale * 0.2)
        slope[axis] = (value_noise(aside, scale, 11) - here) * np.float32(5 * material.bump)
    tilted = normals - slope
    return tilted / np.sqrt((tilted * tilted).sum(axis=0))


def _shade(scene: Scene, points: Vectors, rays: Vectors, owner: np.typing.NDArray[np.int32]) -> Vectors:
    """Light (3, N) that the surfaces at world points send back along the rays."""
    count = points.shape[1]
    flat = np.empty((3, count), np.float32)
    normals = np.empty((3, count), np.float32)
    albedo = np.empty((3, count), np.float32)
    gloss, shininess, softness = (np.empty(count, np.float32) for _ in range(3))
    for index in np.unique(owner):
        mine = np.flatnonzero(owner == index)
        part = None if index == _TABLE else scene.parts[index]
        material = scene.table if part is None else part.material
        p = points[:, mine] if part is None else part.to_local(points[:, mine])
        up = np.zeros_like(p) if part is None else _normals(part, p)
        if part is None:
            up[2] = 1
        albedo[:, mine] = material.colour(p, up)
        rotation = np.eye(3, dtype=np.float32) if part is None else part.rotation
        flat[:, mine] = rotation @ up
        normals[:, mine] = rotation @ _roughen(material, p, up)
        gloss[mine], shininess[mine], softness[mine] = material.gloss, material.shininess, material.softness

    light = scene.light
    facing = (normals * light.direction[:, None]).sum(axis=0)
    wrapped = np.maximum((facing + 0.5 * softness) / (1 + 0.5 * softness), 0)
    lit = wrapped * _shadow(scene, points + flat * np.float32(0.03), flat)
    open_sky = _occlusion(scene, points, flat)
    above = 0.5 + 0.5 * normals[2]
    ambient = light.bounce + (light.sky - light.bounce) * above
    # Light that soft materials let through fills their own shadow with their own colour.
    colour = albedo * (light.colour * lit + ambient * (open_sky + (1 - open_sky) * albedo * (0.3 + softness)))
    halfway = light.direction[:, None] - rays
    halfway /= np.sqrt((halfway * halfway).sum(axis=0))
    glint = np.maximum((normals * halfway).sum(axis=0), 0) ** shininess * (lit > 0) * np.minimum(lit * 2, 1)
    view = np.clip(-(normals * rays).sum(axis=0), 0, 1)
    rim = (1 - view) ** 5
    mirrored = rays - 2 * (normals * rays).sum(axis=0) * normals
    sheen = gloss * (0.05 + 0.5 * rim) * open_sky * smoothstep(-0.2, 0.8, mirrored[2])
    return colour + light.colour * gloss * glint + light.sky * 1.3 * sheen


def _shadow(scene: Scene, points: Vectors, normals: Vectors) -> Floats:
    """Share (N,) of the lamp that each point sees."""
    open_share = np.ones(points.shape[1], np.float32)
    towards = np.flatnonzero((normals * scene.light.direction[:, None]).sum(axis=0) > -0.3)
    sharpness = np.float32(scene.light.sharpness)
    for part in scene.casters:
        p0 = part.to_local(points[:, towards])
        d0 = (part.rotation.T @ scene.light.direction)[:, None]
        enter, leave = _cross_box(part, p0, np.broadcast_to(d0, p0.shape), SHADOW_PAD)
        enter = np.maximum(enter, 0.02)
        near = np.flatnonzero((enter < leave) & (open_share[towards] > 0.02))
        p, t, end = np.ascontiguousarray(p0[:, near]), enter[near], leave[near]
        share = np.ones(near.size, np.float32)
        active = np.arange(near.size)
        for _ in range(SHADOW_STEPS):
            if not active.size:
                break
            gap = part.distance(p + d0 * t)
            # Far from the caster the half-shadow would be wider than the box; fade it out towards the pad.
            width = np.minimum(t / sharpness + 0.02, SHADOW_PAD)
            share[active] = np.minimum(share[active], gap / width)
            t = t + np.clip(gap * np.float32(part.caution), 0.08, 1.5)
            going = (t < end) & (share[active] > 0.01)
            active, p, t, end = active[going], np.ascontiguousarray(p[:, going]), t[going], end[going]
        share = np.clip(share, 0, 1)
        hit = towards[near]
        open_share[hit] = np.minimum(open_share[hit], share * share * (3 - 2 * share))
    return open_share


def _occlusion(scene: Scene, points: Vectors, normals: Vectors) -> Floats:
    """Share (N,) of the surroundings' light that reaches each point past its neighbours."""
    blocked = np.zeros(points.shape[1], np.float32)
    for reach in OCCLUSION_REACHES:
        sample = points + normals * np.float32(reach)
        free = np.minimum(np.maximum(sample[2], 0), reach)
        for part in scene.casters:
            p = part.to_local(sample)
            near: Mask = np.ones(p.shape[1], np.bool_)
            for axis in range(3):
                near &= (p[axis] > part.low[axis] - reach) & (p[axis] < part.high[axis] + reach)
            at = np.flatnonzero(near)
            if at.size:
                free[at] = np.minimum(free[at], np.maximum(part.distance(np.ascontiguousarray(p[:, at])), 0))
        blocked += (1 - free / np.float32(reach)) / len(OCCLUSION_REACHES)
    return np.square(1 - np.float32(0.85) * blocked)


def _develop(light: Vectors) -> np.typing.NDArray[np.uint8]:
    """Linear light (3, N) to sRGB bytes (3, N) through a film curve."""
    x = np.maximum(light, 0)
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    encoded = np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.power(np.maximum(x, 1e-6), 1 / 2.4) - 0.055)
    return (encoded * 255 + 0.5).astype(np.uint8)


def _lens_blur(picture: Image.Image, depth: Floats, scene: Scene) -> Image.Image:
    """Blur by distance from the plane of focus, as a blend of the sharp picture and two blurred ones."""
    behind = 1 - scene.camera.distance / np.maximum(depth, 1)
    disc = scene.camera.blur * min(picture.size) * np.where(behind > 0, behind, -0.5 * behind)
    for radius in (1.5, 5.0):
        share = np.clip((disc - radius) / radius + 0.5, 0, 1)
        if share.max() > 0:
            mask = Image.fromarray((share * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))
            picture = Image.composite(picture.filter(ImageFilter.GaussianBlur(radius)), picture, mask)
    return picture


def _sensor(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Vignette and noise of a small sensor."""
    pixels = np.asarray(picture, np.float64)
    height, width = pixels.shape[:2]
    v, u = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    pixels = pixels * (1 - rng.uniform(0, 0.22) * (u * u + v * v) / 2)[:, :, None]
    grain = rng.standard_normal((height, width, 3)) + rng.standard_normal((height, width, 1))
    pixels = pixels + grain * rng.uniform(0.3, 2.5)
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))
