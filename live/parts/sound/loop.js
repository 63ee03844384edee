// @ts-check
// A bar that sounds in a loop: what is due is read anew at each step, so that the music follows the hand while it plays.
// Knows a clock in seconds and what strikes; knows neither a browser's audio nor a model.

const AHEAD = 0.12, // seconds that are planned: a timer may come late, and a moved hand is heard so much later
  LATE = 0.2, // a tab that slept does not catch up
  SOON = 0.05;

export class Loop {
  /**
   * @param {{now: () => number, steps: number, tempo: number, perBeat?: number, strike: (step: number, time: number) => void}} parts
   *   `now`: the clock of the sound; `strike`: asked for each step when it is due; `tempo`: beats a minute; `perBeat`: steps
   */
  constructor({ now, steps, tempo, perBeat = 4, strike }) {
    this.now = now;
    this.steps = steps;
    this.tempo = tempo;
    this.perBeat = perBeat;
    this.strike = strike;
    this.step = 0;
    this.next = 0; // when the next step is due
    /** @type {{step: number, time: number}[]} what was planned and may still be heard */
    this.planned = [];
  }

  start() {
    this.step = 0;
    this.next = this.now() + SOON;
    this.planned = [];
    this.plan();
  }

  /** Plans what is due soon; to be called every few hundredths of a second. */
  plan() {
    const now = this.now();
    if (this.next < now - LATE) this.next = now + SOON;
    while (this.next < now + AHEAD) {
      this.strike(this.step, this.next);
      this.planned.push({ step: this.step, time: this.next });
      this.step = (this.step + 1) % this.steps;
      this.next += 60 / this.tempo / this.perBeat;
    }
  }

  /** The step that is heard now; -1 before the first. */
  heard() {
    const now = this.now();
    while (this.planned.length > 1 && this.planned[1].time <= now) this.planned.shift();
    const [first] = this.planned;
    return first && first.time <= now ? first.step : -1;
  }
}
