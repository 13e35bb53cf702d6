// How much larger than usual text is asked for: the browser's font size, as set in its settings, against the usual 16 px.
// React Native's sizes are in px, which browsers do not enlarge.
const USUAL_PX = 16;

export const TEXT_SCALE =
  typeof document === 'undefined'
    ? 1
    : Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PX || 1;
