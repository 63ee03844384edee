// @ts-check
// What of an address still makes sense for another model. Knows names in addresses; knows no page.

/**
 * @typedef {object} Model as assets/models.json lists it
 * @property {string} id
 * @property {string} title
 * @property {string} shelf
 * @property {string} data
 * @property {string} dataTitle
 * @property {string} family
 * @property {number} latentDim
 * @property {string} size in words
 * @property {string[]} classes
 * @property {boolean} conditional
 * @property {boolean} film
 * @property {boolean} own
 * @property {string} made
 * @property {string} program
 * @property {{light: string, dark: string}} codes
 * @property {string} manifold
 */

const OF_CODES = ["plane", "z", "a", "b"],
  OF_IMAGES = ["point"],
  OF_CLASSES = ["class", "with", "without"],
  OF_TRAINING = ["epoch"];

/**
 * The query that shows another model, with all of the present one that fits it.
 * @param {string} search of the present address @param {Model | undefined} from the present model, if it is known
 * @param {Model} to
 */
export function queryOfModel(search, from, to) {
  const query = new URLSearchParams(search);
  const lost = [
    ...OF_TRAINING,
    ...(from?.latentDim === to.latentDim ? [] : OF_CODES),
    ...(from?.data === to.data ? [] : OF_IMAGES),
    ...(from && String(from.classes) === String(to.classes) ? [] : OF_CLASSES),
  ];
  for (const name of lost) query.delete(name);
  query.set("model", to.id);
  return query.toString();
}
