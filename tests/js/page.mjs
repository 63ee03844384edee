// A page without a browser, for tests of what stands on one: elements, canvases that note what is drawn on them, and
// frames, sizes and settings that a test turns by hand. No more of the DOM than live/ asks for. A library of the whole
// DOM has neither canvases nor layout, which is what most of these tests look at.
import { readFileSync } from "node:fs";
import { setWords } from "../../live/words/words.js";

const STAYS = ["focus", "blur", "pointerleave"]; // events that do not bubble

/** What listens: an element, the document, the window. */
class Target {
  listeners = {};
  addEventListener(name, listener) {
    this.listeners[name] = [...(this.listeners[name] ?? []), listener];
  }
  removeEventListener(name, listener) {
    this.listeners[name] = (this.listeners[name] ?? []).filter((other) => other !== listener);
  }
}

/** An element; `box`: left, top, width and height on the screen, as a test lays it out. */
class PageElement extends Target {
  attributes = new Map();
  nodes = [];
  dataset = {};
  captured = new Set();
  box = [0, 0, 0, 0];
  parentElement = null;
  style = {
    setProperty: (name, value) => (this.style[name] = value),
    getPropertyValue: (name) => this.style[name] ?? "",
  };
  classList = {
    contains: (name) => this.className.split(" ").includes(name),
    add: (name) => this.classList.toggle(name, true),
    remove: (name) => this.classList.toggle(name, false),
    toggle: (name, on = !this.classList.contains(name)) =>
      (this.className = [...this.className.split(" ").filter((other) => other && other !== name), on && name]
        .filter(Boolean)
        .join(" ")),
  };

  scrollTop = 0;

  constructor(tag) {
    super();
    this.tagName = tag.toUpperCase();
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  removeAttribute(name) {
    this.attributes.delete(name);
  }
  get className() {
    return this.getAttribute("class") ?? "";
  }
  set className(names) {
    this.setAttribute("class", names);
  }
  get value() {
    return this.written ?? this.getAttribute("value") ?? "";
  }
  set value(text) {
    this.written = String(text);
  }
  get children() {
    return this.nodes.filter((node) => node instanceof PageElement);
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get lastElementChild() {
    return this.children.at(-1) ?? null;
  }
  get textContent() {
    return this.nodes.map((node) => node.textContent ?? node).join("");
  }
  set textContent(text) {
    this.replaceChildren(text);
  }
  /** Elements side by side, as the shapes of a mark. */
  set innerHTML(text) {
    this.replaceChildren(...[...text.matchAll(/<([a-z]+)/g)].map(([, tag]) => document.createElement(tag)));
  }
  get clientWidth() {
    return this.box[2];
  }
  get clientHeight() {
    return this.box[3];
  }
  getBoundingClientRect() {
    const [left, top, width, height] = this.box;
    return { left, top, width, height };
  }
  adopt(nodes) {
    const given = nodes.filter((node) => node !== "");
    for (const node of given)
      if (node instanceof PageElement) {
        node.remove();
        node.parentElement = this;
      }
    return given;
  }
  append(...nodes) {
    this.nodes.push(...this.adopt(nodes));
  }
  prepend(...nodes) {
    this.nodes.unshift(...this.adopt(nodes));
  }
  replaceChildren(...nodes) {
    for (const child of this.children) child.remove();
    this.nodes = this.adopt(nodes);
  }
  after(...nodes) {
    const above = this.parentElement;
    const own = above.adopt(nodes);
    above.nodes.splice(above.nodes.indexOf(this) + 1, 0, ...own);
  }
  remove() {
    const parent = this.parentElement;
    if (parent) parent.nodes = parent.nodes.filter((node) => node !== this);
    this.parentElement = null;
  }
  contains(other) {
    return other === this || (other !== null && this.contains(other?.parentElement ?? null));
  }
  matches(selector) {
    return selector.split(",").some((one) => {
      const [own, ...above] = one.trim().split(/\s+/).reverse();
      return isKind(this, own) && above.every((outer) => this.parentElement?.closest(outer));
    });
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parentElement?.closest(selector) ?? null);
  }
  querySelectorAll(selector) {
    const direct = selector.startsWith(":scope >");
    const wanted = direct ? selector.slice(8).trim() : selector;
    return this.children.flatMap((child) => [
      ...(child.matches(wanted) ? [child] : []),
      ...(direct ? [] : child.querySelectorAll(wanted)),
    ]);
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  focus() {
    const before = document.activeElement;
    if (before === this) return;
    document.activeElement = this;
    if (before instanceof PageElement) fire(before, "blur");
    fire(this, "focus");
  }
  click() {
    if (!this.disabled) fire(this, "click", { button: 0 });
  }
  setPointerCapture(id) {
    this.captured.add(id);
  }
  hasPointerCapture(id) {
    return this.captured.has(id);
  }
}
for (const name of ["hidden", "disabled"])
  Object.defineProperty(PageElement.prototype, name, {
    get() {
      return this.attributes.has(name);
    },
    set(on) {
      if (on) this.setAttribute(name, "");
      else this.removeAttribute(name);
    },
  });
for (const name of ["title", "href", "src"])
  Object.defineProperty(PageElement.prototype, name, {
    get() {
      const text = this.getAttribute(name) ?? "";
      return name === "href" ? new URL(text, document.baseURI).href : text;
    },
    set(text) {
      this.setAttribute(name, text);
    },
  });

/** Whether an element is of a tag, a class or has an attribute: `a.lp-card`, `[data-x]`. */
function isKind(element, selector) {
  return [...selector.matchAll(/([.[]?)([\w-]+)/g)].every(([, sign, name]) => {
    if (sign === ".") return element.classList.contains(name);
    return sign === "[" ? element.attributes.has(name) : element.tagName === name.toUpperCase();
  });
}

class Anchor extends PageElement {
  set search(query) {
    this.href = Object.assign(new URL(this.href), { search: query }).href;
  }
}

/** A canvas whose context notes every call with the colours of that moment, in `notes`. */
class Canvas extends PageElement {
  contexts = {};
  get width() {
    return Number(this.getAttribute("width") ?? 300);
  }
  set width(pixels) {
    this.setAttribute("width", pixels);
  }
  get height() {
    return Number(this.getAttribute("height") ?? 150);
  }
  set height(pixels) {
    this.setAttribute("height", pixels);
  }
  getContext(kind) {
    if (kind === "webgl" && !page.webgl) return null;
    this.contexts[kind] ??= inkOn(this);
    return this.contexts[kind];
  }
  get notes() {
    return this.getContext("2d").notes;
  }
}

/** @returns a 2d context that draws nothing and remembers all */
function inkOn(canvas) {
  const notes = [];
  const own = {
    notes,
    createImageData: (width, height) => new Picture(width, height),
    getImageData: (_x, _y, width, height) => page.imageOn?.(canvas) ?? new Picture(width, height),
    measureText: (text) => ({ width: 7 * text.length }),
    getExtension: () => null,
    putImageData: ({ data, width }, x, y) =>
      notes.push({ do: "putImageData", args: [x, y], data: data.slice(), width }),
  };
  const note = (name, args) => {
    const { notes: _, ...state } = own;
    notes.push({ ...state, do: name, args });
  };
  return new Proxy(own, { get: (state, name) => (name in state ? state[name] : (...args) => note(name, args)) });
}

class Picture {
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
  }
}

/** What a test turns by hand. */
export const page = {
  now: 0,
  color: "rgb(20, 20, 30)",
  reducedMotion: false,
  webgl: true,
  frames: new Map(),
  observers: new Set(),
  /** Runs what was asked for the next frame, `ms` later. */
  frame(ms = 16) {
    page.now += ms;
    const due = [...page.frames.values()];
    page.frames.clear();
    for (const draw of due) draw(page.now);
  },
  /** Lays an element out. */
  resize(element, width, height, [left, top] = [0, 0]) {
    element.box = [left, top, width, height];
    for (const { element: seen, look } of [...page.observers]) if (seen === element) look();
  },
};

/** Fires an event at an element and above it. @returns the event, with `defaultPrevented` */
export function fire(target, type, more = {}) {
  const event = { type, target, button: 0, defaultPrevented: false, ...more };
  event.preventDefault = () => (event.defaultPrevented = true);
  if (type === "pointerdown" && event.pointerType === "touch") target.captured.add(event.pointerId); // as browsers do
  const above = STAYS.includes(type) ? [] : [document];
  for (let at = target; at; at = STAYS.includes(type) ? null : at.parentElement)
    for (const listener of at.listeners[type] ?? []) listener(event);
  for (const last of above) if (last !== target) for (const listener of last.listeners[type] ?? []) listener(event);
  return event;
}

/** The button with a text, below an element. */
export function buttonOf(root, text) {
  const found = root.querySelectorAll("button").filter((one) => one.textContent === text);
  if (found.length !== 1) throw new Error(`${found.length} buttons are called ${text}`);
  return found[0];
}

/** What was drawn by a method: the notes of a canvas. */
export const notesOf = (canvas, name) => canvas.notes.filter((note) => note.do === name);

/** The last image painted on a canvas: the red of each pixel. */
export const redsOf = (canvas) =>
  Array.from(notesOf(canvas, "putImageData").at(-1)?.data ?? []).filter((_, i) => i % 4 === 0);

/** Lets promises that are settled by now go on. */
export const settled = () => new Promise((done) => setImmediate(done));

/** The English words, in a layer. */
export const speak = (layer = "simple") =>
  setWords(JSON.parse(readFileSync(new URL("../../live/words/en.json", import.meta.url), "utf8")), { layer });

const TAGS = { a: Anchor, canvas: Canvas };
const document = Object.assign(new Target(), {
  baseURI: "http://school/app/map",
  hidden: false,
  head: new PageElement("head"),
  body: new PageElement("body"),
  activeElement: null,
  createElement: (tag) => new (TAGS[tag] ?? PageElement)(tag),
  createElementNS: (_space, tag) => new PageElement(tag),
  querySelectorAll: (selector) => document.body.querySelectorAll(selector),
});
let lastFrame = 0;
Object.assign(globalThis, {
  document,
  window: globalThis,
  Element: PageElement,
  HTMLAnchorElement: Anchor,
  ImageData: Picture,
  OffscreenCanvas: class extends Canvas {
    constructor(width, height) {
      super("canvas");
      Object.assign(this, { width, height });
    }
  },
  ResizeObserver: class {
    constructor(look) {
      this.look = look;
      this.seen = [];
    }
    observe(element) {
      const entry = { element, look: this.look };
      this.seen.push(entry);
      page.observers.add(entry);
    }
    disconnect() {
      for (const entry of this.seen) page.observers.delete(entry);
    }
  },
  getComputedStyle: () => ({ color: page.color, fontFamily: "Sans", getPropertyValue: () => " teal" }),
  matchMedia: () => ({ matches: page.reducedMotion }),
  requestAnimationFrame: (draw) => {
    page.frames.set(++lastFrame, draw);
    return lastFrame;
  },
  cancelAnimationFrame: (id) => page.frames.delete(id),
});
performance.now = () => page.now;
speak();
