"""Signed distance fields of simple solids, and ways to combine them.

The formulas are the ones that Inigo Quilez publishes at https://iquilezles.org/articles/distfunctions/ (solids),
https://iquilezles.org/articles/smin/ (smooth minimum) and https://iquilezles.org/articles/ellipsoids/ (bound of an ellipsoid).
Every function takes points of shape (3, N) in cm, float32, and returns distances of shape (N,).
"""

import itertools

import numpy as np

from ml.sample.arrays import Floats, Vectors


def smooth_min(a: Floats, b: Floats, k: float) -> Floats:
    """Union of two fields whose seam is rounded over about `k` cm (polynomial, quadratic)."""
    h = np.maximum(k - np.abs(a - b), 0)
    return np.minimum(a, b) - h * h * (0.25 / k)


def smooth_max(a: Floats, b: Floats, k: float) -> Floats:
    """Intersection of two fields whose edge is rounded over about `k` cm."""
    return -smooth_min(-a, -b, k)


def box(p: Vectors, half: tuple[float, float, float], rounding: float = 0.0) -> Floats:
    """Box of half sizes `half`, rounding included, centred at the origin."""
    q = [np.abs(p[axis]) - (half[axis] - rounding) for axis in range(3)]
    outside = np.sqrt(sum(np.square(np.maximum(side, 0)) for side in q))
    inside = np.minimum(np.maximum(q[0], np.maximum(q[1], q[2])), 0)
    return outside + inside - rounding


def cylinder(p: Vectors, radius: float, half_height: float, rounding: float = 0.0) -> Floats:
    """Upright cylinder (axis z), rounding included, centred at the origin."""
    r = np.hypot(p[0], p[1]) - (radius - rounding)
    z = np.abs(p[2]) - (half_height - rounding)
    outside = np.hypot(np.maximum(r, 0), np.maximum(z, 0))
    return outside + np.minimum(np.maximum(r, z), 0) - rounding


def capsule(p: Vectors, half_length: float, radius: float) -> Floats:
    """Rod along x with round ends; `half_length` reaches to the centres of the ends."""
    x = np.maximum(np.abs(p[0]) - half_length, 0)
    return np.sqrt(x * x + p[1] * p[1] + p[2] * p[2]) - radius


def ellipsoid(p: Vectors, radii: tuple[float, float, float], stretch: float = 0.0) -> Floats:
    """Ellipsoid, cut in half and drawn out along x by `stretch` cm either way: a loaf. A bound, exact near the surface."""
    x = np.maximum(np.abs(p[0]) - stretch, 0) / radii[0]
    y = p[1] / radii[1]
    z = p[2] / radii[2]
    k0 = np.sqrt(x * x + y * y + z * z)
    k1 = np.sqrt(np.square(x / radii[0]) + np.square(y / radii[1]) + np.square(z / radii[2]))
    return k0 * (k0 - 1) / np.maximum(k1, 1e-4)


def segment_2d(u: Floats, v: Floats, start: tuple[float, float], end: tuple[float, float]) -> Floats:
    """Distance in a plane from (u, v) to the segment from `start` to `end`."""
    du, dv = end[0] - start[0], end[1] - start[1]
    pu, pv = u - start[0], v - start[1]
    along = np.clip((pu * du + pv * dv) / (du * du + dv * dv), 0, 1)
    return np.hypot(pu - along * du, pv - along * dv)


def revolved(p: Vectors, profile: list[tuple[float, float]], thickness: float) -> Floats:
    """Surface of revolution about z of a polyline of (radius, height) points, `thickness` cm thick: plates, mugs, bowls."""
    r = np.hypot(p[0], p[1])
    nearest = segment_2d(r, p[2], profile[0], profile[1])
    for start, end in itertools.pairwise(profile):
        nearest = np.minimum(nearest, segment_2d(r, p[2], start, end))
    return nearest - (thickness / 2)


def wave(x: Floats, y: Floats, amplitude: float, wavelength: float, phase: float) -> Floats:
    """Distance in a plane to y = amplitude * sin(2 pi x / wavelength + phase): the first-order estimate |f| / |grad f|."""
    k = 2 * np.pi / wavelength
    angle = x * k + phase
    slope = amplitude * k * np.cos(angle)
    return np.abs(y - amplitude * np.sin(angle)) / np.sqrt(1 + slope * slope)


def arc_rod(p: Vectors, arc_radius: float, half_angle: float) -> tuple[Floats, Floats]:
    """Distance to an arc in the xy plane that opens towards +y and touches the origin, and where along it, from -1 to 1."""
    y = p[1] - arc_radius
    angle = np.clip(np.arctan2(p[0], -y), -half_angle, half_angle).astype(np.float32)
    dx = p[0] - arc_radius * np.sin(angle)
    dy = y + arc_radius * np.cos(angle)
    return np.sqrt(dx * dx + dy * dy + p[2] * p[2]), angle / half_angle
