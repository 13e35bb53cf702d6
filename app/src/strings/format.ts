// Numbers and dates as a locale writes them. Only what Hermes has of Intl is used: numbers and dates, no plurals.

export type Format = ReturnType<typeof formatFor>;

/** `locale` is a BCP 47 tag; one that this device does not know falls back to a related one. */
export function formatFor(locale: string) {
  const numbers = (options: Intl.NumberFormatOptions) =>
    onFirstUse(() => new Intl.NumberFormat(locale, options));
  const dates = (options: Intl.DateTimeFormatOptions) =>
    onFirstUse(() => new Intl.DateTimeFormat(locale, options));
  const percent = numbers({ style: 'percent' });
  const fine = numbers({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const decimal = numbers({ maximumFractionDigits: 1 });
  const date = dates({ year: 'numeric', month: 'long', day: 'numeric' });
  const moment = dates({ month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  return {
    /** Of a whole number of percent, such as 90. */
    percent: (whole: number) => percent().format(whole / 100),
    /** Of a share from 0 to 1, to a tenth of a percent. */
    share: (share: number) => fine().format(share),
    number: (value: number) => decimal().format(value),
    megabytes: (bytes: number) => `${decimal().format(bytes / 1e6)} MB`,
    /** Of a time in milliseconds since 1970, or as text in ISO 8601. */
    date: (time: number | string) => date().format(new Date(time)),
    moment: (time: number | string) => moment().format(new Date(time)),
  };
}

/** Making one takes milliseconds, and the opening screen needs none. */
function onFirstUse<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
