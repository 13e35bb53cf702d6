// Every language says everything: no string missing, empty, left in English by mistake, or without what it is about.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FeedbackReport } from '../feedback/report';
import { en } from './en';
import { type Language, LANGUAGES } from './languages';

type Leaf = string | ((...words: string[]) => string);

/** By its path, such as `verdict.needed`. A model's labels are no strings of the app: English needs no translation of them. */
function leavesOf(branch: object, path = ''): ReadonlyMap<string, Leaf> {
  return new Map(
    Object.entries(branch)
      .filter(([name]) => path + name !== 'labels')
      .flatMap(([name, value]: [string, Leaf | object]) =>
        typeof value === 'object'
          ? [...leavesOf(value, `${path}${name}.`)]
          : [[path + name, value] as [string, Leaf]],
      ),
  );
}

/** What the app says when it is given the words ‹0›, ‹1› and so on. */
function spoken(leaf: Leaf | undefined): string {
  return typeof leaf === 'function'
    ? leaf(...Array.from({ length: leaf.length }, (_, i) => `‹${i}›`))
    : (leaf ?? '');
}

const placeholders = (leaf: Leaf | undefined) => (spoken(leaf).match(/‹\d+›/g) ?? []).sort();

const english = leavesOf(en);
const THE_SAME_IN_GERMAN = ['appName', 'live.toggle', 'settings.version'];
const others = Object.entries(LANGUAGES).filter(([language]) => language !== 'en');

describe.each(others)('%s', (language, { strings }) => {
  const leaves = leavesOf(strings);

  test('has the same strings as English', () => {
    expect([...leaves.keys()].sort()).toEqual([...english.keys()].sort());
  });

  test('says each about the same things', () => {
    for (const [path, leaf] of english) {
      expect([path, placeholders(leaves.get(path))]).toEqual([path, placeholders(leaf)]);
    }
  });

  test('leaves none empty and none in English', () => {
    for (const [path, leaf] of english) {
      const text = spoken(leaves.get(path));
      expect([path, text.trim()]).not.toEqual([path, '']);
      const mayMatch = path === 'appName' || (language === 'de' && THE_SAME_IN_GERMAN.includes(path));
      expect([path, text === spoken(leaf)]).toEqual([path, mayMatch]);
    }
  });

  test('translates the labels of the model that ships', () => {
    const { labels } = JSON.parse(readFileSync(join(__dirname, '../../assets/model/model.json'), 'utf8')) as {
      labels: Record<string, string>;
    };
    for (const label of Object.values(labels)) {
      expect(strings.labels).toHaveProperty(label);
    }
    expect(strings.counts).toHaveProperty(labels.positive ?? '');
  });
});

test('English uses every word that a string is given', () => {
  for (const [path, leaf] of english) {
    const given = typeof leaf === 'function' ? leaf.length : 0;
    expect([path, placeholders(leaf).length]).toEqual([path, given]);
  }
});

test('every string is used somewhere', () => {
  const source = readdirSync(join(__dirname, '..'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('strings/') && !file.includes('.test.'))
    .map((file) => readFileSync(join(__dirname, '..', file), 'utf8'))
    .concat(readFileSync(join(__dirname, 'LanguageProvider.tsx'), 'utf8'))
    .join('\n');
  const unused = [...english.keys()].filter(
    (path) => !new RegExp(`\\b${path.split('.').at(-1) ?? path}\\b`).test(source),
  );
  expect(unused).toEqual([]);
});

test('Chinese text has Chinese punctuation', () => {
  for (const [path, leaf] of leavesOf(LANGUAGES.zh.strings)) {
    expect([path, spoken(leaf)]).toEqual([path, expect.not.stringMatching(/[\u4e00-\u9fff][,:;?!()]/)]);
  }
});

/** How the about page names what goes with a report. The compiler misses here what is added to reports. */
const REPORTED: Readonly<Record<keyof FeedbackReport, Readonly<Record<Language, string>>>> = {
  id: { en: 'a number for taking the report back', de: 'eine Nummer', zh: '编号' },
  deletion_token_hash: { en: 'taking the report back', de: 'zurücknehmen', zh: '撤回' },
  install_id: {
    en: 'the same in each of your reports',
    de: 'in jeder deiner Meldungen',
    zh: '每份报告里都相同',
  },
  model_version: { en: 'which model', de: 'welches Modell', zh: '所用的模型' },
  score: { en: 'score', de: 'Wert', zh: '得分' },
  verdict: { en: 'my verdict', de: 'mein Urteil', zh: '我的判断' },
  claimed_label: { en: 'your answer', de: 'deine Antwort', zh: '你的答案' },
  comment: { en: 'your comment', de: 'deinen Kommentar', zh: '你的留言' },
  app_version: { en: 'my version', de: 'meine Version', zh: '我的版本' },
  platform: { en: 'iOS, Android or the web', de: 'im Browser', zh: 'Android' },
  taken_at: { en: 'when you showed me', de: 'wann du mir das Foto gezeigt hast', zh: '给我看照片的时间' },
};

test.each(Object.entries(REPORTED))('the about page says that a report carries its %s', (_, named) => {
  for (const [language, { strings }] of Object.entries(LANGUAGES)) {
    expect(strings.about.leaves.text).toContain(named[language as Language]);
  }
});
