// The trainer of the page in node: `node page_train.mjs FOLDER DATA RECIPE EPOCHS TARGET` prints a row of JSON. FOLDER
// holds learn.json and the sheets; with a TARGET it trains until the test ELBO is reached. Seconds are the process's own.
import { readFileSync } from "node:fs";
import { Session } from "../live/trainer/session.js";
import { imagesOf } from "../live/trainer/sheet.js";

const [folder, data, recipe, epochs, target] = process.argv.slice(2);
const learn = JSON.parse(readFileSync(`${folder}/learn.json`, "utf8"));
const set = learn.sets.find(({ name }) => name === data);
const { buffer, byteOffset, byteLength } = readFileSync(`${folder}/${data}.bin`);
const images = await imagesOf(buffer.slice(byteOffset, byteOffset + byteLength), set);
const plan = { run_id: "page", title: "", ...learn.plans[data].vae[recipe] };
const session = new Session(plan, images);
const began = process.cpuUsage();
const seconds = () => process.cpuUsage(began).user / 1e6;

let steps = 0, // seconds of them
  last = seconds(),
  elbo = null;
while (!session.done && session.epoch < Number(epochs)) {
  const isEnd = session.advance();
  if (!isEnd) continue;
  const now = seconds();
  steps += now - last;
  elbo = session.endEpoch(now).history.at(-1).test.elbo;
  last = seconds();
  if (target && elbo >= Number(target)) break;
}
const rate = (session.step * session.batch) / steps;
console.log(JSON.stringify({ rate, steps, seconds: last, epochs: session.epoch, elbo, widths: plan.model.widths }));
