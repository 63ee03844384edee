// @ts-check
// Small square matrices, as rows in one array: products, eigenvectors, singular values. Pure arithmetic; knows no DOM.

/** @typedef {Float64Array} Matrix `[size, size]`, row by row */

const SWEEPS = 60,
  SMALL = 1e-15,
  EMPTY = 1e-10;

/** @param {number} size @returns {Matrix} */
export function identity(size) {
  return Float64Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
}

/** @param {Matrix} a @param {Matrix} b @param {number} size @returns {Matrix} */
export function product(a, b, size) {
  const found = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++)
      for (let j = 0; j < size; j++) found[i * size + j] += a[i * size + k] * b[k * size + j];
  return found;
}

/** @param {Matrix} a @param {number} size @returns {Matrix} */
export function transposed(a, size) {
  return Float64Array.from(a, (_, at) => a[(at % size) * size + Math.floor(at / size)]);
}

/** By elimination with the largest pivot. @param {Matrix} matrix @param {number} size */
export function determinant(matrix, size) {
  const a = Float64Array.from(matrix);
  let found = 1;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[best * size + k])) best = i;
    if (a[best * size + k] === 0) return 0;
    if (best !== k) {
      found = -found;
      for (let j = 0; j < size; j++) [a[k * size + j], a[best * size + j]] = [a[best * size + j], a[k * size + j]];
    }
    found *= a[k * size + k];
    for (let i = k + 1; i < size; i++) {
      const factor = a[i * size + k] / a[k * size + k];
      for (let j = k; j < size; j++) a[i * size + j] -= factor * a[k * size + j];
    }
  }
  return found;
}

/**
 * The orthogonal matrix U V' of a singular value decomposition, and the singular values: one-sided Jacobi (Hestenes
 * 1958). A matrix that lacks rank gets any directions that are left.
 * @param {Matrix} matrix @param {number} size @returns {{rotation: Matrix, values: Float64Array}}
 */
export function polar(matrix, size) {
  const columns = transposed(matrix, size); // row i is column i of the matrix, and of U S in the end
  const right = identity(size); // row i is column i of V
  for (let sweep = 0, turned = true; turned && sweep < SWEEPS; sweep++) {
    turned = false;
    for (let i = 0; i < size - 1; i++)
      for (let j = i + 1; j < size; j++) turned = orthogonal(columns, right, i, j, size) || turned;
  }
  const values = Float64Array.from({ length: size }, (_, i) => lengthOf(columns, i, size));
  const left = unitRows(columns, values, size);
  return { rotation: product(transposed(left, size), right, size), values };
}

/** Turns two columns until they stand on each other; false where they do. @param {Matrix} columns @param {Matrix} right @param {number} i @param {number} j @param {number} size */
function orthogonal(columns, right, i, j, size) {
  const [a, b, c] = [dot(columns, i, i, size), dot(columns, j, j, size), dot(columns, i, j, size)];
  if (Math.abs(c) <= SMALL * Math.sqrt(a * b) || c === 0) return false;
  const zeta = (b - a) / (2 * c);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  for (const rows of [columns, right]) turn(rows, i, j, cosine, cosine * tangent, size);
  return true;
}

/** @param {Matrix} rows @param {number} i @param {number} j @param {number} cosine @param {number} sine @param {number} size */
function turn(rows, i, j, cosine, sine, size) {
  for (let k = 0; k < size; k++) {
    const [x, y] = [rows[i * size + k], rows[j * size + k]];
    rows[i * size + k] = cosine * x - sine * y;
    rows[j * size + k] = sine * x + cosine * y;
  }
}

/** The rows at length 1; in the place of an empty one, what stands on all others. @param {Matrix} rows @param {Float64Array} lengths @param {number} size */
function unitRows(rows, lengths, size) {
  const most = Math.max(...lengths);
  const found = new Float64Array(size * size);
  const done = [];
  for (const i of [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a])) {
    if (lengths[i] > EMPTY * most) for (let k = 0; k < size; k++) found[i * size + k] = rows[i * size + k] / lengths[i];
    else standing(found, done, i, size);
    done.push(i);
  }
  return found;
}

/** A row that stands on those that are done: the axis that has most left of it. @param {Matrix} rows @param {number[]} done @param {number} row @param {number} size */
function standing(rows, done, row, size) {
  let best = -1;
  let kept = new Float64Array(size);
  for (let axis = 0; axis < size; axis++) {
    const candidate = new Float64Array(size);
    candidate[axis] = 1;
    for (const i of done) {
      const along = rows[i * size + axis];
      for (let k = 0; k < size; k++) candidate[k] -= along * rows[i * size + k];
    }
    const length = Math.hypot(...candidate);
    if (length > best) [best, kept] = [length, candidate];
  }
  for (let k = 0; k < size; k++) rows[row * size + k] = kept[k] / (best || 1);
}

/**
 * The eigenvectors of a symmetric matrix, largest value first (Jacobi 1846).
 * @param {Matrix} matrix @param {number} size @returns {{values: number[], vectors: number[][]}}
 */
export function eigen(matrix, size) {
  const a = Float64Array.from(matrix);
  const vectors = identity(size); // row i is a vector
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let off = 0;
    for (let i = 0; i < size - 1; i++) for (let j = i + 1; j < size; j++) off += rotateAway(a, vectors, i, j, size);
    if (off < EMPTY) break;
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => a[j * size + j] - a[i * size + i]);
  return {
    values: order.map((i) => a[i * size + i]),
    vectors: order.map((i) => Array.from(vectors.subarray(i * size, (i + 1) * size))),
  };
}

/** Makes one entry off the diagonal 0; how large it was, against the diagonal. @param {Matrix} a @param {Matrix} vectors @param {number} i @param {number} j @param {number} size */
function rotateAway(a, vectors, i, j, size) {
  const [p, q, r] = [a[i * size + i], a[j * size + j], a[i * size + j]];
  if (Math.abs(r) <= SMALL * (Math.abs(p) + Math.abs(q)) || r === 0) return 0;
  const zeta = (q - p) / (2 * r);
  const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent),
    sine = cosine * tangent;
  turn(a, i, j, cosine, sine, size);
  for (let k = 0; k < size; k++) {
    const [x, y] = [a[k * size + i], a[k * size + j]];
    a[k * size + i] = cosine * x - sine * y;
    a[k * size + j] = sine * x + cosine * y;
  }
  turn(vectors, i, j, cosine, sine, size);
  return Math.abs(r) / (Math.abs(p) + Math.abs(q));
}

/** @param {Matrix} rows @param {number} i @param {number} j @param {number} size */
function dot(rows, i, j, size) {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += rows[i * size + k] * rows[j * size + k];
  return sum;
}

/** @param {Matrix} rows @param {number} i @param {number} size */
function lengthOf(rows, i, size) {
  return Math.sqrt(dot(rows, i, i, size));
}
