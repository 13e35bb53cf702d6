// What boxes share, in fractions of the square.
import type { Box } from './detector';

export function areaOf([left, top, right, bottom]: Box): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}

/** Intersection over union, in [0, 1]; 0 of two boxes without area. */
export function overlapOf(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  const together = areaOf(a) + areaOf(b) - shared;
  return together > 0 ? shared / together : 0;
}

/**
 * Overlap that goes on below 0 for boxes that lie apart, down to -1: the share of the box around both that neither covers is taken
 * off. Rezatofighi et al. 2019, "Generalized Intersection over Union", algorithm 1.
 */
export function generalisedOverlapOf(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  const together = areaOf(a) + areaOf(b) - shared;
  const around = areaOf([
    Math.min(a[0], b[0]),
    Math.min(a[1], b[1]),
    Math.max(a[2], b[2]),
    Math.max(a[3], b[3]),
  ]);
  return together > 0 ? shared / together - (around - together) / around : -1;
}

function sharedArea(a: Box, b: Box): number {
  return areaOf([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
}
