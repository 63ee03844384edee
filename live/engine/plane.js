// @ts-check
// The plane that a map shows: points of it to latents and back. Pure arithmetic; knows no DOM.

/** @typedef {{name: string, mean: number[], axes: number[][], dims: number[] | null, xTitle: string, yTitle: string,
 *   centre: number[], half: number}} PlaneInfo `axes`: [latent][2] */

const ZERO_LENGTH = 1e-12,
  SAME_DIRECTION = 1e-6;

/** The plane along two latents, the second of which may be missing. @param {number} latentDim @param {number[]} dims @returns {PlaneInfo} */
export function planeAlong(latentDim, [across, up]) {
  return {
    name: "",
    mean: new Array(latentDim).fill(0),
    axes: Array.from({ length: latentDim }, (_, d) => [Number(d === across), Number(d === up)]),
    dims: [across, up],
    xTitle: "",
    yTitle: "",
    centre: [0, 0],
    half: 3,
  };
}

/** Where a latent falls on the plane. @param {PlaneInfo} plane @param {ArrayLike<number>} z @returns {[number, number]} */
export function toPlane(plane, z) {
  let x = 0,
    y = 0;
  for (let d = 0; d < plane.mean.length; d++) {
    x += (z[d] - plane.mean[d]) * plane.axes[d][0];
    y += (z[d] - plane.mean[d]) * plane.axes[d][1];
  }
  return [x, y];
}

/**
 * The latent at a point of the plane that keeps what the plane does not see of `base`.
 * @param {PlaneInfo} plane @param {number} x @param {number} y @param {ArrayLike<number>} base
 */
export function toLatent(plane, x, y, base) {
  const [bx, by] = toPlane(plane, base);
  const z = new Float32Array(plane.mean.length);
  for (let d = 0; d < z.length; d++) z[d] = base[d] + (x - bx) * plane.axes[d][0] + (y - by) * plane.axes[d][1];
  return z;
}

/**
 * The straight line from a to b, ends included. @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} steps
 * @returns {Float32Array[]}
 */
export function lerp(a, b, steps) {
  return Array.from({ length: steps }, (_, k) => {
    const t = steps === 1 ? 0 : k / (steps - 1);
    return Float32Array.from(a, (value, d) => (1 - t) * value + t * b[d]);
  });
}

/**
 * The great circle from a to b, the radius going evenly from |a| to |b| (White 2016); as analysis/paths.py does it.
 * @param {ArrayLike<number>} a @param {ArrayLike<number>} b @param {number} steps
 * @returns {Float32Array[]}
 */
export function slerp(a, b, steps) {
  const ra = norm(a),
    rb = norm(b);
  if (a.length === 1 || Math.min(ra, rb) < ZERO_LENGTH) return lerp(a, b, steps);
  const u = Array.from(a, (x) => x / ra);
  let v = Array.from(b, (x) => x / rb);
  const angle = 2 * Math.atan2(norm(u.map((x, d) => x - v[d])), norm(u.map((x, d) => x + v[d])));
  if (angle < SAME_DIRECTION) return lerp(a, b, steps);
  if (Math.PI - angle < SAME_DIRECTION) v = axisFurthestFrom(u);
  const along = u.reduce((sum, x, d) => sum + x * v[d], 0);
  const w = v.map((x, d) => x - along * u[d]);
  const length = norm(w);
  const points = lerp(a, b, steps);
  for (let k = 1; k < steps - 1; k++) {
    const t = k / (steps - 1);
    const radius = (1 - t) * ra + t * rb;
    points[k] = Float32Array.from(
      u,
      (x, d) => radius * (Math.cos(t * angle) * x + (Math.sin(t * angle) * w[d]) / length),
    );
  }
  return points;
}

/** @param {number[]} u */
function axisFurthestFrom(u) {
  let least = 0;
  u.forEach((x, d) => {
    if (Math.abs(x) < Math.abs(u[least])) least = d;
  });
  return u.map((_, d) => (d === least ? 1 : 0));
}

/** @param {ArrayLike<number>} v */
export function norm(v) {
  let square = 0;
  for (let d = 0; d < v.length; d++) square += v[d] ** 2;
  return Math.sqrt(square);
}

/** Which of the places is nearest to a point of the plane. @param {ArrayLike<number>} places `[points, 2]` @param {number} x @param {number} y @returns {number} */
export function nearestPlace(places, x, y) {
  let [best, least] = [0, Infinity];
  for (let i = 0; 2 * i < places.length; i++) {
    const square = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (square < least) [best, least] = [i, square];
  }
  return best;
}
