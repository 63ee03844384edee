// What makes images for an album: the pad, or a camera.

/** What a maker does with its images, and with the person's keys. */
export interface Hands {
  /** one more image: grey levels `[channels, height, width]` */
  add: (levels: Uint8Array) => void;
  /** another label for the next image */
  choose: (label: number) => void;
  /** a sentence about what did not work */
  problem: (text: string) => void;
  /** to a screen reader */
  say: (text: string) => void;
}

export interface Maker {
  element: HTMLElement;
  /** channels, height and width of its images */
  image: number[];
  /** takes what is still in the hand */
  take: () => void;
  close: () => void;
}
