// How wide a word will be before it is drawn, so that it can be made to fit.

/** Of the display face's letters and of Chinese characters, as shares of the type's size; both a little on the safe side. */
const LETTER = 0.54;
const FULL_WIDTH = 1.02;
const FULL_WIDTH_CHARACTER = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** Estimates the width of `text` for a type size of 1. */
export function widthOf(text: string): number {
  const widths = Array.from(text, (letter) => (FULL_WIDTH_CHARACTER.test(letter) ? FULL_WIDTH : LETTER));
  return Math.max(
    LETTER,
    widths.reduce((sum, width) => sum + width, 0),
  );
}

/** The largest type size, up to `largest`, at which `text` fits into `room`. */
export function sizeToFit(text: string, room: number, largest: number): number {
  return Math.min(largest, room / widthOf(text));
}
