// Which language a person gets, and how their dates and numbers look.
import { formatFor } from './format';
import { localeFor } from './languages';

test.each([
  [['de-AT', 'en-US'], { language: 'de', locale: 'de-AT' }],
  [['fr-FR', 'zh-Hans-CN', 'de-DE'], { language: 'zh', locale: 'zh-Hans-CN' }],
  [['zh-TW'], { language: 'zh', locale: 'zh-TW' }],
  [['fr-FR', 'nl'], { language: 'en', locale: 'en' }],
  [[], { language: 'en', locale: 'en' }],
] as const)('a device that prefers %j speaks %j', (tags, spoken) => {
  expect(localeFor('device', tags)).toEqual(spoken);
});

test('a chosen language wins, in the region where the device is if it says so', () => {
  expect(localeFor('en', ['de-DE', 'en-GB'])).toEqual({ language: 'en', locale: 'en-GB' });
  expect(localeFor('zh', ['de-DE'])).toEqual({ language: 'zh', locale: 'zh-Hans' });
});

const NOON = new Date(2026, 10, 24, 12, 5).getTime();

test.each([
  ['en-US', '97%', '1.7%', '1.2 MB', 'November 24, 2026'],
  ['en-GB', '97%', '1.7%', '1.2 MB', '24 November 2026'],
  ['de', '97 %', '1,7 %', '1,2 MB', '24. November 2026'],
  ['zh-Hans', '97%', '1.7%', '1.2 MB', '2026年11月24日'],
])('%s writes numbers and dates its own way', (locale, percent, share, size, date) => {
  const format = formatFor(locale);
  const written = [
    format.percent(97),
    format.share(0.0168),
    format.megabytes(1_234_567),
    format.date(NOON),
  ].map((text) => text.replaceAll('\u00a0', ' '));
  expect(written).toEqual([percent, share, size, date]);
});

test('a moment says the day and the time', () => {
  expect(formatFor('de').moment(NOON)).toBe('24. Nov., 12:05');
  expect(formatFor('zh-Hans').moment(NOON)).toBe('11月24日 12:05');
});
