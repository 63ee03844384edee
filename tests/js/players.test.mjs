// What plays: a path from end to end, and the film of a training epoch by epoch.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Player } from "../../live/parts/player.js";
import { Player as FilmPlayer } from "../../live/parts/training/film_player.js";
import { fire, page, settled, speak } from "./page.mjs";

beforeEach(() => {
  speak();
  page.frames.clear();
  page.reducedMotion = false;
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

test("a path plays evenly to its end in four seconds and stops there; then it begins anew", () => {
  let share = 0.5;
  const player = new Player(
    () => share,
    (next) => (share = next),
  );
  player.element.click();
  assert.equal(player.element.textContent, "Pause");
  page.frame(1000);
  assert.ok(Math.abs(share - 0.75) < 1e-9);
  page.frame(1500);
  assert.deepEqual([share, player.element.textContent, page.frames.size], [1, "Play", 0]);
  player.element.click();
  page.frame(400);
  assert.ok(Math.abs(share - 0.1) < 1e-9);
});

test("a pause holds the path where it is", () => {
  let share = 0;
  const player = new Player(
    () => share,
    (next) => (share = next),
  );
  player.start();
  page.frame(400);
  player.element.click();
  page.frame(400);
  assert.ok(Math.abs(share - 0.1) < 1e-9);
  assert.equal(player.element.textContent, "Play");
});

test("who wants less motion sees ten pictures of the path", () => {
  page.reducedMotion = true;
  const shares = [];
  const player = new Player(
    () => 0,
    (share) => shares.push(share),
  );
  player.start();
  while (page.frames.size) page.frame(20);
  assert.ok(shares.length >= 9 && shares.length <= 11, `${shares.length} pictures`);
  assert.equal(shares.at(-1), 1);
});

/** A film of four kept epochs, and where it went. */
function film(at = 3) {
  const seen = { places: [], errors: [], broken: false };
  const player = new FilmPlayer(
    [0, 1, 4, 9],
    at,
    async (place) => {
      if (seen.broken) throw new Error("lost");
      seen.places.push(place);
      player.show(place);
    },
    (error) => seen.errors.push(error.message),
  );
  return { player, seen };
}

test("a film plays from its start through every kept epoch, and stops at the last", async () => {
  const { player, seen } = film();
  player.button.click();
  for (let i = 0; i < 8; i++) {
    await settled();
    mock.timers.tick(900);
  }
  assert.deepEqual([seen.places, player.playing, player.button.textContent], [[0, 1, 2, 3], false, "Play"]);
  assert.equal(player.slider.getAttribute("aria-valuetext"), "epoch 9");
});

test("a hand on the slider stops the film and goes to its place", async () => {
  const { player, seen } = film();
  player.start();
  await settled();
  player.slider.value = "2";
  fire(player.slider, "input");
  await settled();
  mock.timers.tick(5000);
  assert.deepEqual([seen.places, player.at, player.playing], [[0, 2], 2, false]);
});

test("stopped and begun again within an epoch it runs once, not twice as fast", async () => {
  const { player, seen } = film(0);
  player.start();
  player.stop();
  player.start();
  await settled();
  const before = seen.places.length;
  mock.timers.tick(900);
  await settled();
  assert.equal(seen.places.length, before + 1);
  player.close();
});

test("an epoch that can't be fetched stops the film with its sentence; a closed film goes no further", async () => {
  const { player, seen } = film();
  seen.broken = true;
  player.start();
  await settled();
  assert.deepEqual([seen.errors, player.playing], [["lost"], false]);
  seen.broken = false;
  player.start();
  player.close();
  await settled();
  mock.timers.tick(5000);
  assert.equal(seen.places.length, 1);
});
