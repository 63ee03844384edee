// What Python tells a view (ui/live_view.py), and what a view tells Python. Types only.
import type { Pane, Panes } from "./pane.js";
import type { ModelInfo } from "./engine/model.js";
import type { PlaneInfo } from "./engine/plane.js";
import type { Source } from "./engine/source.js";
import type { ModelRecord, Plan, TrainingRecord } from "./trainer/plan.js";
import type { SheetInfo } from "./trainer/sheet.js";
import type { Palette } from "./parts/theme.js";

export type State = Record<string, string>;

/** What every view of a model is told. */
export interface ModelData {
  view: string;
  model: ModelInfo;
  /** where the model's files come from; our server if nobody says */
  source?: Source;
  plane: PlaneInfo | null;
  plotly: string;
  /** the file of Plotly's figure among the model's, null for a view without a map */
  figure: string | null;
  /** the file of what computes an image's numbers */
  code: string;
  /** the file of the sheet of test images, null where they are not on the server */
  thumbs: string | null;
  palette: Palette;
  /** what the link asks for and is not here, in a sentence */
  notice?: string;
  /** what the images are, and how many the model was trained with */
  things: string;
  trained: number;
  start: Start;
  state: State;
  names: State;
  words: Words;
}

/** Where a view opens: a test image between two classes, the ends of a way, and a walk from one class into the next. */
export interface Start {
  point: number;
  label: number;
  z: number[];
  a: number[];
  b: number[];
  walk: { from: number[]; to: number[]; classes: [number, number] } | null;
}

/** What the film is told besides; a row an epoch: `[epoch, log p(x|z), of the test set, second term, of the test set]`. */
export interface FilmData extends ModelData {
  epochs: number[];
  history: number[][];
  second: "kl" | "mmd";
}

/** One value of a dial: nats an image of the whole test set. What could not be measured is null. */
export interface DialStep {
  value: number;
  /** of each dimension; none for a deterministic encoder */
  kl: number[];
  distortion: number;
  elbo: number | null;
  mmd?: number | null;
}

/** Networks of one value: means over their seeds, with the standard error of the mean. `rate`: MMD² for lambda. */
export interface Measured {
  value: number;
  rate: number;
  rateError: number;
  distortion: number;
  distortionError: number;
  seeds: number;
}

/** Networks trained for one value alone, to be compared with a dial. */
export interface Alone extends Measured {
  objectiveError: number;
  epochs: number;
}

/** What the plane of a sweep is told: its models as far as they are trained. */
export interface SweepData {
  view: "sweep";
  /** by which the plane is known again when it is told more */
  sweep: string;
  axis: Axis;
  /** rising */
  measured: Measured[];
  palette: Palette;
  words: Words;
}

/** What a dial or a series goes along: a weight of the objective, or the number of latents. */
export type Axis = "beta" | "lambda" | "latent";

/** A dial, or a series of separate models, to choose. */
export interface Turnable {
  id: string;
  title: string;
  picture: string;
  series: boolean;
}

/** What the view of a dial is told besides. */
export interface DialData extends ModelData {
  axis: "beta" | "lambda";
  /** one network is every value; of a series each value is a model of its own */
  oneNetwork: boolean;
  /** the value that the model has wherever nobody turns it */
  origin: number;
  /** how many of the test images have their codes in the file of the series, the first ones */
  images: number;
  /** whether that file holds the posteriors' log variances too */
  widths: boolean;
  /** rising */
  steps: DialStep[];
  alone: Alone[];
  /** how far gliding codes are from codes encoded anew, in the middle and in the worst gap, sigma; null without images */
  glide: { middle: number; most: number; images: number } | null;
  /** the dials to choose from */
  dials: Turnable[];
}

/** What the view of a training is told. */
export interface TrainData {
  view: "train";
  job: string;
  mine: boolean;
  /** where its state and its pictures come from; our server if nobody says */
  source?: Source;
  palette: Palette;
  words: Words;
}

/** What the app tells of a training that the page does itself, see live/in_page.py. */
export interface HereData extends TrainData {
  /** what to begin with; null for the training that this browser has kept */
  begin: { plan: Plan; set: SheetInfo } | null;
  /** the selector of the place for files that the model is handed to; empty where there is none */
  keep: string;
}

/** A data set to learn from in the page. */
export interface LearnSet extends SheetInfo {
  /** of its file */
  bytes: number;
  things: string;
  rows: string[];
}

/** What can be trained in the page: the records of a checkpoint, and multiplications an image, about. */
export interface LearnPlan {
  model: ModelRecord;
  training: TrainingRecord;
  conditional: boolean;
  work: number;
}

/** The same for drawings; `passes`: how many images are seen in all, each many times. */
export interface DrawnPlan extends LearnPlan {
  passes: number;
}

/** What the form of a training in the page is told, see exports/learning.py. */
export interface LearnData {
  view: "learn";
  sets: LearnSet[];
  kinds: { name: string; title: string }[];
  recipes: { name: string; title: string }[];
  plans: Record<string, Record<string, Record<string, LearnPlan>>>;
  pictures: Record<string, { draws: string | null; maps: Record<string, { light: string; dark: string }> }>;
  /** of one's own drawings, by kind and recipe */
  drawn: Record<string, Record<string, DrawnPlan>>;
  /** models that were trained here before, and the title of a training that was not ended */
  trained: { id: string; title: string }[];
  /** the title of the one that goes for the next; "" while there is room */
  goes: string;
  unfinished: string;
  /** trainings that came with the page */
  films: { id: string; title: string }[];
  problem: string;
  /** how fast this computer trains, measured if need be; null where it can't be told */
  pace: () => Promise<import("./trainer/pace.js").Pace | null>;
  palette: Palette;
  state: State;
  words: Words;
}

/** A claim of a published program. */
export interface Claim {
  key: string;
  text: string;
  source: string;
  /** whether the pictures are of codes, with the colours of the classes: on a light page, on a dark one, the class */
  ofCodes: boolean;
  colours: [string, string, string][];
  models: { id: string; title: string; light: string; dark: string; shows: string; below: string }[];
  verdict: string;
  measured: string;
}

/** What the view of claims is told; `images`: on how many all was measured, in words. */
export interface ClaimsData {
  view: string;
  claims: Claim[];
  images: string;
  palette: Palette;
  state: State;
  names: State;
  words: Words;
}

/** What the view is told in which a person collects images. */
export interface CollectData {
  view: "collect";
  /** how they are made */
  door: "draw" | "camera";
  /** the selector of the place for files that they are handed to */
  place: string;
  /** the file that was kept last; nothing before one was */
  taken: string;
  palette: Palette;
  words: Words;
}

/** What the view is told in which the drawings of a class come together. */
export interface GatherData {
  view: "gather";
  /** the selector of the place for files that they are handed to */
  place: string;
  palette: Palette;
  words: Words;
}

/** What every view of several models is told. Their panes share the state, the address and the test images. */
export interface PanesData {
  /** what the link asks for and is not here, in a sentence */
  notice?: string;
  view: string;
  panes: ModelData[];
  /** the test image that it opens on */
  point: number;
  thumbs: string | null;
  things: string;
  palette: Palette;
  state: State;
  names: State;
  words: Words;
}

/** What the view of a series is told besides: separate models along an axis, one at each step. */
export interface SeriesData extends PanesData {
  series: string;
  axis: Axis;
  /** rising, of each pane its own */
  steps: DialStep[];
  /** the value that it opens at */
  origin: number;
  /** a sentence for each model that is missing */
  gaps: string[];
  dials: Turnable[];
}

/** What is told of models side by side besides. */
export interface CompareData extends PanesData {
  /** what tells the models apart, and what their records say */
  titles: string[];
  facts: ModelFacts[];
  /** sentences about what the link asked for and is left out */
  problems: string[];
  sets: ReadySet[];
  chosen: string;
  question: Question | null;
  /** how far the ELBOs of one recipe's seeds are apart, nats; null where there are no two */
  seeds: number | null;
}

/** Nats of the test set; null where a number is not defined. */
export interface ModelFacts {
  logLikelihood: number;
  elbo: number | null;
  kl: number | null;
  mmd: number | null;
  network: string;
  bandwidth: string;
  seed: number;
}

export interface ReadySet {
  name: string;
  title: string;
  about: string;
  models: string;
  pictures: { light: string; dark: string }[];
}

/** The question of a ready set; without options, a pin on the map at `hidden` answers it. */
export interface Question {
  text: string;
  options: string[];
  right: number;
  reveal: string;
  hides: "titles" | "maps" | "nothing";
  hidden: number;
}

export interface Words {
  locale: string;
  layer: "simple" | "field";
}

export type Data =
  | ModelData | FilmData | DialData | TrainData | HereData | LearnData | CollectData | GatherData | SweepData | CompareData
  | SeriesData | ClaimsData;

/** What a view asks of a training. */
export type Command = { command: string } | { change: string; value: number };

/** What the form of a training in the page asks: to begin one, to go on with the last, to delete a model. */
export type LearnCommand =
  | { learn: { data: string; kind: string; recipe: string; latent: number } }
  | { goOn: true }
  | { forget: string };

/** A file that can be taken away. */
export interface Offer {
  /** what it is, in words */
  text: string;
  /** what it will be called */
  file: string;
  /** the file, or the sentence why this browser makes none */
  make: () => Promise<Blob | string>;
}

/** The bar's question what can be taken away, which whoever shows a view answers. */
export interface Taking {
  /** what is shown, as exports/contents.py calls it; "" for nothing */
  what: string;
  offers: Promise<Offer[]>;
}

/** What a person has drawn, and what the model takes it for: pictures as data addresses, and a class. */
export interface Drawn {
  picture: string;
  copy: string;
  read: string;
}

/** A lesson's question what is drawn on the page, which whoever shows a view with a pad answers. */
export interface Drawing {
  drawn: Promise<Drawn | null>;
}

export interface View {
  element: HTMLElement;
  /** when everything that is fetched after the first picture is there */
  ready?: Promise<unknown>;
  update?: (data: Data) => void;
  /** what of it can be taken away as it is now */
  offers?: () => Promise<Offer[]>;
  /** what a person has drawn on it; null where nothing is */
  drawn?: () => Promise<Drawn | null>;
  close: () => void;
}

export type ComparePanes = Panes & { data: CompareData };
export type SeriesPanes = Panes & { data: SeriesData };
export type Create = (pane: Pane) => View | Promise<View>;
export type CreateOfMany = (panes: Panes) => View | Promise<View>;
