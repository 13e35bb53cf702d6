// How many there are, in words. Hermes has no Intl.PluralRules; the languages that the app speaks need two forms at most.
import type { Strings } from '../strings/languages';

/** `number` is `count` as the locale writes it. A label that no words are known for is counted in signs: "3 × Pizza". */
export function countInWords(strings: Strings, label: string, count: number, number: string): string {
  const words = strings.counts[label];
  if (words === undefined) {
    return `${number} × ${strings.labels[label] ?? label}`;
  }
  return count === 1 ? words.one(number) : words.other(number);
}
