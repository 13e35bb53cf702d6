// How much larger than usual text is asked for. On phones the system enlarges text itself.
export const TEXT_SCALE: number = 1;
