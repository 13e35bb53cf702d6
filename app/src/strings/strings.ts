// The words in the user's language. English is the only one so far.
import { en } from './en';

export const strings = en;

export function formatDate(time: number | string): string {
  return new Date(time).toLocaleDateString(undefined, { year: 'numeric', month: 'long', day: 'numeric' });
}

export function formatMoment(time: number | string): string {
  return new Date(time).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}
