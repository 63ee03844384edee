// @ts-check
// A lesson that is one HTML file: its panel under the views, which its steps lead through. Knows the panel and places
// within a file; knows no view.
import { followLesson } from "../shell/lesson.js";
import { followScreen } from "../shell/screen.js";
import { withinFile } from "./at_address.js";

/**
 * What follows the address's lesson and step, to be called when it changes.
 * @param {import("./at_address.js").Inside} site @param {HTMLElement} section
 * @param {ReturnType<typeof import("../shell/navigation.js").saveSteps>} steps @param {() => void} show the view of the address
 */
export function followInside(site, section, steps, show) {
  const screen = followScreen();
  const lesson = followLesson(section, {
    places: [],
    rename: (name) => steps.set("lesson", name),
    unhide: () => steps.set("hide", ""),
    visit(url) {
      steps.set("hide", "");
      steps.step(withinFile(site, url));
      show();
    },
    end() {
      for (const name of ["hide", "step", "lesson"]) steps.set(name, "");
    },
    find: async () => {
      if (!site.lesson) throw new Error("there is no lesson in this file");
      return site.lesson;
    },
  });
  return () => {
    screen();
    void lesson();
  };
}
