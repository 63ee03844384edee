// A class in the browser: where a page belongs, the line that comes back by itself, and votes as rows.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { opacityOf } from "../../live/maps/pins.js";
import { follow, lead, listen, showPins, tell } from "../../live/parts/led.js";
import { Channel, delayOf } from "../../live/shell/classroom/channel.js";
import {
  addressIn,
  addressOfStep,
  codeOf,
  goalOf,
  isOpen,
  pointOf,
  truthOf,
  viewOf,
  wayTo,
} from "../../live/shell/classroom/goal.js";
import { rowsOf } from "../../live/shell/classroom/votes.js";
import { setWords } from "../../live/words/words.js";

setWords(JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8")));
const FOLDER = new URL("../../live/lessons/en/", import.meta.url);
const LESSON = JSON.parse(readFileSync(new URL("holes.json", FOLDER), "utf8"));
const STATE = {
  lesson: "holes",
  step: 1,
  asks: true,
  pacing: "follow",
  eyes: false,
  view: "",
  round: 1,
  shown: false,
  revealed: false,
};
const HERE = "http://h/a/?model=m&z=1,1&words=field&join=ABCDE";

test("a code is read however it is typed", () => {
  const found = ["abcde", " ABC-DE ", "AB CDE", "ABCD", "ABCDEF", "AB1DE", ""].map(codeOf);
  assert.deepEqual(found, ["ABCDE", "ABCDE", "ABCDE", "", "", "", ""]);
});

test("a question is answered in its own view, whatever the teacher's hand does", () => {
  const own = addressOfStep(STATE, LESSON, null);
  assert.equal(own, "./?model=deck-autoencoder&tool=point&zoom=0%2C0%2C4");
  assert.equal(goalOf({ ...STATE, view: "?z=9,9" }, LESSON, null), own);
  assert.ok(isOpen(STATE));
});

test("with the truth a page goes to it, and then where the teacher goes", () => {
  const told = { ...STATE, revealed: true };
  assert.equal(goalOf(told, LESSON, null), "./?model=deck-autoencoder&tool=point&z=-2%2C0&zoom=0%2C0%2C4");
  assert.equal(goalOf({ ...told, view: "compare?by=side" }, LESSON, null), "./compare?by=side");
});

test("the truth that begins at a pin is shown from each pupil's own, until the teacher goes elsewhere", () => {
  const ask = { kind: "pin", text: "?", truth: [0, 0.6], within: 1 };
  const view = "?model=m&tool=path";
  const step = { view, caption: "", hide: [], ask, reveal: { view: `${view}&a={guess}`, text: "" } };
  const lesson = { format: 1, title: "", about: "", minutes: 5, steps: [step] };
  const told = { ...STATE, revealed: true, view: "?model=m&tool=path&a=0%2C0.6" };
  assert.equal(goalOf(told, lesson, [1, -2]), "./?model=m&tool=path&a=1%2C-2");
  assert.equal(goalOf(told, lesson, null), "./?model=m&tool=path&a=0%2C0.6", "who has none sees the true one");
  const further = "?model=m&tool=path&a=3%2C3";
  assert.equal(goalOf({ ...told, view: further }, lesson, [1, -2]), `./${further}`);
});

test("who is free stays where they are, and so does whoever has no lesson and no leader", () => {
  assert.equal(goalOf({ ...STATE, pacing: "free" }, LESSON, null), null);
  const bare = { ...STATE, lesson: "", asks: false };
  assert.equal(goalOf(bare, null, null), null);
  assert.equal(goalOf({ ...bare, view: "?z=1" }, null, null), "./?z=1");
  assert.equal(goalOf({ ...bare, asks: true, view: "?z=1" }, null, null), null, "a pin is being set");
});

test("every step of every lesson has an address, which carries nothing of a lesson alone", () => {
  for (const file of readdirSync(FOLDER)) {
    const lesson = JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
    lesson.steps.forEach(({ ask }, i) => {
      const isVoted = ask !== null;
      for (const revealed of isVoted ? [false, true] : [false]) {
        const state = { ...STATE, step: i + 1, asks: isVoted, revealed };
        const { searchParams } = new URL(addressOfStep(state, lesson, isVoted ? truthOf(ask) : null), "http://h/");
        assert.deepEqual([searchParams.get("lesson"), searchParams.get("step")], [null, null]);
        assert.equal(searchParams.has("hide"), !revealed && lesson.steps[i].hide.length > 0);
      }
    });
  }
});

test("a class hears of a view without what is each screen's own", () => {
  assert.equal(
    viewOf("http://h/a/compare?by=side&present=1&join=ABCDE&hide=near&words=field#x"),
    "compare?by=side&hide=near",
  );
  assert.equal(viewOf("http://h/"), "");
  assert.equal(addressIn("./create?by=hand", HERE), "http://h/a/create?by=hand&words=field&join=ABCDE");
});

test("a pin is the point of the address, where it names one", () => {
  assert.deepEqual(["http://h/?z=1,-0.5", "http://h/?z=x", "http://h/"].map(pointOf), [[1, -0.5], null, null]);
});

test("what differs is nothing, the point alone, or the view", () => {
  const ways = [
    "./?z=1,1&model=m",
    "./?model=m&z=2,1",
    "./?model=m",
    "./?model=n&z=1,1",
    "./?model=m&z=1,1&zoom=1,1,1",
    "./create?model=m&z=1,1",
  ];
  assert.deepEqual(
    ways.map((goal) => wayTo(HERE, goal)),
    ["here", "point", "view", "view", "view", "view"],
  );
});

test("choices in their order, a scale in at most eight parts, orders by how many gave them", () => {
  const choice = { kind: "choice", text: "", options: ["a", "b"], right: 1 };
  assert.deepEqual(rowsOf(choice, [[[1, 3]], []]), [
    { text: "a", counts: [0, 0], right: false },
    { text: "b", counts: [3, 0], right: true },
  ]);
  const scale = { kind: "number", text: "", low: 0, high: 10, step: 0.5, unit: "nats", truth: 10, within: 1 };
  const bins = rowsOf(scale, [
    [
      [0, 1],
      [1, 2],
      [10, 4],
    ],
  ]);
  assert.deepEqual(
    bins.map(({ counts: [count] }) => count),
    [3, 0, 0, 0, 0, 0, 4],
  );
  assert.deepEqual([bins[0].text, bins[6].text, bins[6].right], ["0.0 to 1.0 nats", "9.0 to 10.0 nats", true]);
  const order = { kind: "order", text: "", items: ["x", "y", "z"] };
  assert.deepEqual(
    rowsOf(order, [
      [
        [[0, 1, 2], 1],
        [[1, 0, 2], 5],
      ],
    ]),
    [
      { text: "y, x, z", counts: [5], right: false },
      { text: "x, y, z", counts: [1], right: true },
    ],
  );
  assert.equal(rowsOf({ kind: "pin", text: "", truth: [0, 0], within: 1 }, [[]]), null);
});

test("every scale that ships has room for each answer in its parts", () => {
  for (const file of readdirSync(FOLDER))
    for (const { ask } of JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")).steps) {
      if (ask?.kind !== "number") continue;
      const count = Math.round((ask.high - ask.low) / ask.step) + 1;
      const all = Array.from({ length: count }, (_, i) => [ask.low + i * ask.step, 1]);
      const rows = rowsOf(ask, [all]);
      assert.ok(rows.length <= 8);
      assert.equal(
        rows.reduce((sum, { counts }) => sum + counts[0], 0),
        count,
      );
      assert.equal(rows.filter(({ right }) => right).length, 1);
    }
});

test("of drawings it is told how many the model took for what was asked", () => {
  const draw = { kind: "draw", text: "", truth: "9" };
  assert.deepEqual(rowsOf(draw, [[[1, 4], [0, 2]]]), [
    { text: "taken for a 9", counts: [4], right: true },
    { text: "taken for something else", counts: [2], right: false },
  ]); // biome-ignore format: pairs
});

test("while the class draws, no page goes anywhere", () => {
  assert.equal(goalOf({ ...STATE, labels: ["", ""] }, LESSON, null), null);
});

test("a few pins are each to be seen, and many in one place are no darker than it gets", () => {
  assert.deepEqual([0, 1, 3].map(opacityOf), [0.7, 0.7, 0.7]);
  assert.equal(opacityOf(200), 0.03);
});

test("a view is led, hears of pins that were there before it, and tells its hand", () => {
  const heard = [];
  showPins({ pins: [[1, 2]], truth: null });
  const view = follow({ lead: (z) => heard.push(["lead", z]), pins: ({ pins }) => heard.push(["pins", pins]) });
  lead([3, 4]);
  showPins(null);
  const ear = listen((z) => heard.push(["hand", z]));
  tell([5, 6]);
  view.close();
  ear.close();
  lead([0, 0]);
  tell([0, 0]);
  assert.deepEqual(heard, [
    ["pins", [[1, 2]]],
    ["lead", [3, 4]],
    ["pins", []],
    ["hand", [5, 6]],
  ]);
});

test("tries come later each time, at another moment for each, and 300 are back within ten seconds", () => {
  assert.deepEqual(
    [0, 1, 2].map((attempt) => delayOf(attempt, 0.5)),
    [250, 500, 1000],
  );
  assert.ok(delayOf(50, 1) <= 9000);
  assert.notEqual(delayOf(3, 0.1), delayOf(3, 0.9));
});

/** A line to a class through sockets and answers that a test decides on. */
function line({ sockets = true, answer = { status: 503 } } = {}) {
  const made = [];
  class Socket {
    listeners = {};
    sent = [];
    readyState = 0;
    constructor(url) {
      this.url = url;
      made.push(this);
    }
    addEventListener(name, listener) {
      this.listeners[name] = listener;
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {
      this.closed = true;
    }
    open() {
      this.readyState = 1;
      this.listeners.open();
    }
    hear(news) {
      this.listeners.message({ data: JSON.stringify(news) });
    }
    end(code = 1006) {
      this.readyState = 3;
      this.listeners.close({ code });
    }
  }
  const heard = [],
    away = [],
    asked = [];
  const ask = async (_url, { body }) => {
    asked.push(JSON.parse(body));
    return { json: async () => answer.news, ...answer };
  };
  const ears = {
    hello: () => ({ token: "t", key: "" }),
    hear: (news) => heard.push(news),
    away: (is) => away.push(is),
  };
  const channel = new Channel("http://h/class/ABCDE", ears, {
    Socket: sockets ? Socket : undefined,
    ask,
    random: () => 0.5,
  });
  return { channel, made, heard, away, asked, answer };
}
const settled = () => new Promise((done) => setImmediate(done));

test("a socket says who comes first, hears, and comes back when it was cut", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, made, heard, away } = line();
  made[0].open();
  assert.equal(made[0].url, "ws://h/class/ABCDE/live");
  assert.deepEqual(made[0].sent, [{ token: "t", key: "" }]);
  channel.say({ kind: "leave" });
  assert.equal(made[0].sent.length, 1, "nothing is said before it is heard");
  made[0].hear({ state: STATE });
  channel.say({ kind: "leave" });
  assert.deepEqual(made[0].sent[1], { say: { kind: "leave" } });
  made[0].end();
  assert.deepEqual([heard.length, away], [1, [false, true]]);
  context.mock.timers.tick(250);
  assert.equal(made.length, 2);
  made[1].open();
  made[1].hear({ point: [1, 2] });
  assert.deepEqual(away, [false, true, false]);
  channel.close();
});

test("a line that the network has left behind is given up: at once when the browser knows, else when nobody answers", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, made, heard, away } = line();
  made[0].open();
  made[0].hear({ state: STATE });
  channel.drop();
  assert.deepEqual([away, made[0].closed], [[false, true], true]);
  channel.drop();
  made[0].end(1006);
  made[0].hear({ state: STATE });
  assert.deepEqual([away.length, heard.length], [2, 1], "what it says later is not heard");
  context.mock.timers.tick(250);
  assert.equal(made.length, 2);
  made[1].open();
  made[1].hear({ state: STATE });
  channel.ask({ kind: "answer" });
  context.mock.timers.tick(7000);
  made[1].hear({ me: {} });
  channel.say({ kind: "leave" });
  context.mock.timers.tick(60_000);
  assert.equal(made.length, 2, "it was answered");
  channel.ask({ kind: "answer" });
  context.mock.timers.tick(8000);
  assert.deepEqual([away.length, made[1].closed], [4, true]);
  channel.close();
});

test("a class that is over or unknown is not asked again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (const code of [4404, 4410, 4403]) {
    const { made } = line();
    made[0].open();
    made[0].end(code);
    context.mock.timers.tick(60_000);
    assert.equal(made.length, 1);
  }
});

test("without sockets it asks every two seconds and says what waits", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, heard, asked } = line({ sockets: false, answer: { status: 200, news: { state: STATE } } });
  await settled();
  assert.deepEqual(asked, [{ hello: { token: "t", key: "" }, message: "" }]);
  channel.say({ kind: "leave" });
  context.mock.timers.tick(0);
  await settled();
  assert.equal(asked[1].message, '{"say":{"kind":"leave"}}');
  context.mock.timers.tick(1999);
  await settled();
  assert.equal(asked.length, 2);
  context.mock.timers.tick(1);
  await settled();
  assert.deepEqual([asked.length, heard.length], [3, 3]);
  channel.close();
});

test("who leaves where sockets are blocked has said so before the page goes", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, asked } = line({ sockets: false, answer: { status: 200, news: { state: STATE } } });
  await settled();
  channel.say({ kind: "leave" });
  channel.close();
  await settled();
  assert.deepEqual(
    asked.map(({ message }) => message),
    ["", '{"say":{"kind":"leave"}}'],
  );
});

test("where sockets never open it asks, and tries one again now and then", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, made, asked, away } = line({ answer: { status: 200, news: { state: STATE } } });
  const goOn = async (ms) => {
    context.mock.timers.tick(ms);
    await settled();
    if (made.at(-1).readyState < 3) made.at(-1).end();
    await settled();
  };
  await goOn(0);
  for (const ms of [250, 500, 2000, 0]) await goOn(ms);
  assert.deepEqual([made.length, asked.length], [3, 2], "two sockets, a question, a third socket, then questions");
  for (let i = 0; i < 9; i++) await goOn(2000);
  assert.deepEqual([made.length, asked.length], [3, 11]);
  channel.say({ kind: "leave" });
  await goOn(0);
  await goOn(0);
  assert.equal(made.length, 4);
  assert.equal(
    asked.at(-1).message,
    '{"say":{"kind":"leave"}}',
    "what was said meanwhile is said by the next question",
  );
  assert.deepEqual(away, [false], "and nobody is told that the server is away");
  channel.close();
});

test("a server that was away has its sockets back at once", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, made, answer } = line();
  for (const ms of [0, 250]) {
    context.mock.timers.tick(ms);
    if (made.at(-1).readyState < 3) made.at(-1).end();
  }
  Object.assign(answer, { status: 200, news: { state: STATE } });
  context.mock.timers.tick(500);
  await settled();
  context.mock.timers.tick(2000);
  await settled();
  assert.equal(made.length, 3, "one question was answered: the next try is a socket");
  made[2].open();
  made[2].hear({ state: STATE });
  channel.say({ kind: "leave" });
  assert.equal(made[2].sent.length, 2);
  channel.close();
});

test("a server that is away is tried by both ways until it answers", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { channel, made, away, answer } = line();
  made[0].open();
  made[0].hear({ state: STATE });
  made[0].end();
  for (let i = 0; i < 8; i++) {
    context.mock.timers.tick(9000);
    made.at(-1).readyState < 3 && made.at(-1).end();
    await settled();
  }
  assert.ok(made.length > 3);
  assert.deepEqual(away, [false, true]);
  Object.assign(answer, { status: 200, news: { state: STATE } });
  context.mock.timers.tick(9000);
  await settled();
  if (away.length < 3) {
    made.at(-1).open();
    made.at(-1).hear({ state: STATE });
  }
  assert.deepEqual(away, [false, true, false]);
  channel.close();
});
