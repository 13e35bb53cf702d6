// The choice of language: the device's own, or one of those that the app speaks, each by its own name.
import { use } from 'react';
import { StyleSheet, View } from 'react-native';

import { type LanguageChoice, LANGUAGES } from '../strings/languages';
import { LanguageContext } from '../strings/use-strings';
import { Choice } from '../ui/Choice';
import { Words } from '../ui/Words';

const NAMES = Object.entries(LANGUAGES) as readonly [keyof typeof LANGUAGES, { readonly name: string }][];

export function LanguageSection() {
  const { strings, choice, choose } = use(LanguageContext);
  const choices: readonly (readonly [LanguageChoice, string])[] = [
    ['device', strings.settings.deviceLanguage],
    ...NAMES.map(([language, { name }]) => [language, name] as const),
  ];
  return (
    <View role="radiogroup" aria-label={strings.settings.language} style={styles.section}>
      <Words size="heading">{strings.settings.language}</Words>
      <View style={styles.choices}>
        {choices.map(([value, label]) => (
          <Choice
            key={value}
            label={label}
            chosen={value === choice}
            onChoose={() => choose(value)}
            testID={`language-${value}`}
          />
        ))}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  section: { gap: 10 },
  choices: { flexDirection: 'row', flexWrap: 'wrap', gap: 10 },
});
