// Keeps what src/storage stores out of backups, to the cloud and to computers, and off the phone that is set up from this one. iOS goes
// by marks on folders, Android by rules: since Android 12 `allowBackup` says nothing about the next phone.
import { join } from 'node:path';

import {
  AndroidConfig,
  type ConfigPlugin,
  withAndroidManifest,
  withAppDelegate,
  withDangerousMod,
  XML,
} from 'expo/config-plugins';

const STORES = ['root', 'file', 'database', 'sharedpref'];
/** All that Android lets an app store; `device_` is what can be read before the phone is unlocked. */
const DOMAINS = [...STORES, 'external', ...STORES.map((store) => `device_${store}`)];

const withAndroidRules: ConfigPlugin = (config) =>
  withAndroidManifest(config, (manifest) => {
    const application = AndroidConfig.Manifest.getMainApplicationOrThrow(manifest.modResults);
    application.$['android:dataExtractionRules'] = '@xml/data_extraction_rules';
    return manifest;
  });

const withAndroidRulesFile: ConfigPlugin = (config) =>
  withDangerousMod(config, [
    'android',
    async (project) => {
      const resources = join(project.modRequest.platformProjectRoot, 'app/src/main/res');
      const nothing = { exclude: DOMAINS.map((domain) => ({ $: { domain } })) };
      await XML.writeXMLAsync({
        path: join(resources, 'xml/data_extraction_rules.xml'),
        xml: { 'data-extraction-rules': { 'cloud-backup': nothing, 'device-transfer': nothing } },
      });
      return project;
    },
  ]);

const START = /didFinishLaunchingWithOptions[^{]*\{/;

/** At each start, before anything is stored; what lies in a marked folder is left out with it. */
const MARK = `
    for name in ["SQLite", "deepdog"] {
      var folder = URL.documentsDirectory.appending(path: name)
      var marks = URLResourceValues()
      marks.isExcludedFromBackup = true
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try? folder.setResourceValues(marks)
    }
`;

const withIosMarks: ConfigPlugin = (config) =>
  withAppDelegate(config, (delegate) => {
    const { contents } = delegate.modResults;
    // Prebuild may run over a project that it made before.
    if (!contents.includes(MARK)) {
      delegate.modResults.contents = contents.replace(START, (start) => start + MARK);
    }
    return delegate;
  });

const keepOutOfBackups: ConfigPlugin = (config) =>
  withIosMarks(withAndroidRulesFile(withAndroidRules(config)));

export default keepOutOfBackups;
