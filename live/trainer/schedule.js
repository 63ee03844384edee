// @ts-check
// The learning rate over time, as training/schedules.py has it: a rise, then a cosine down to 0. Pure; knows no model.

/** When the share `done` (0 to 1) of all steps is over. @param {{learningRate: number, warmup: number}} settings @param {number} done */
export function learningRate({ learningRate: highest, warmup }, done) {
  if (done < warmup) return (highest * done) / warmup;
  return highest * 0.5 * (1 + Math.cos((Math.PI * (done - warmup)) / (1 - warmup)));
}
