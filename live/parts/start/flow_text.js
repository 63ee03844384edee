// @ts-check
// What the flow shows, in five sentences for the model at hand. Knows what a model is told of itself; knows no element.
import { t } from "../../words/words.js";

/** What training asked for, by the row of models/objectives.py. @type {Record<string, string>} */
const TRAINING = {
  elbo: "flow.training.elbo",
  "elbo-monte-carlo": "flow.training.ratio",
  "beta-elbo": "flow.training.beta",
  "capacity-elbo": "flow.training.capacity",
  mmd: "flow.training.mmd",
  reconstruction: "flow.training.reconstruction",
  infovae: "flow.training.infovae",
  "beta-tcvae": "flow.training.tc",
  kl: "flow.training.kl",
};
/** The same of a learnt prior, by its kind. @type {Record<string, string>} */
const LEARNT = { mixture: "flow.training.mixture", "of-class": "flow.training.of_class" };

/** Title and sentence of encoder, code, map, decoder and training. @param {import("../../engine/model.js").ModelInfo} info @returns {[string, string][]} */
export function flowText({ conditional, stochastic, latentDim, image, count: images, objective, prior }) {
  const given = conditional ? ", y" : "",
    pixels = image.reduce((a, b) => a * b, 1);
  return [
    [
      t("flow.step.encoder", { given }),
      t(conditional ? "flow.encoder.told" : "flow.encoder", { pixels, count: latentDim }),
    ],
    stochastic
      ? [t("flow.spread.title"), t("flow.spread", { given })]
      : [t("flow.step.point", { given }), t("flow.point", { given })],
    [t("flow.step.map"), stochastic ? t("flow.map", { images, given }) : t("flow.map.point", { images })],
    [t("flow.step.decoder", { given }), t(conditional ? "flow.decoder.told" : "flow.decoder", { pixels })],
    [t("flow.training.title"), t(prior ? LEARNT[prior.kind] : TRAINING[objective], { given })],
  ];
}
