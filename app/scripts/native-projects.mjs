// What the native projects that `expo prebuild` makes must hold: permissions, names, icons, splash screens, what Apple is told.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import plist from '@expo/plist';
import configPlugins from 'expo/config-plugins.js';

const { XML } = configPlugins;

const DENSITIES = ['mdpi', 'hdpi', 'xhdpi', 'xxhdpi', 'xxxhdpi'];

/** Of the app and all its libraries together. A permission that is not here must be explained to its users first. */
const ANDROID_PERMISSIONS = ['ACCESS_NETWORK_STATE', 'ACCESS_WIFI_STATE', 'CAMERA', 'INTERNET', 'VIBRATE'];

/** All that Android lets an app store, as its rules for backups name it; the second row is there before the phone is unlocked. */
const ANDROID_STORES = [
  ...['root', 'file', 'database', 'sharedpref', 'external'],
  ...['device_root', 'device_file', 'device_database', 'device_sharedpref'],
];

const USAGE_TEXTS = [
  'NSCameraUsageDescription',
  'NSPhotoLibraryAddUsageDescription',
  'NSPhotoLibraryUsageDescription',
];

const PRIVACY_MANIFESTS = [
  'ios/PrivacyInfo.xcprivacy',
  'React/Resources/PrivacyInfo.xcprivacy',
  'ReactCommon/cxxreact/PrivacyInfo.xcprivacy',
  'third-party-podspecs/boost/PrivacyInfo.xcprivacy',
];

/** Each expectation in words, with what was found and what it must be. */
export async function expectations(project, { version, locales }) {
  return [...(await android(project)), ...ios(project, version, locales)];
}

async function android(project) {
  const main = join(project, 'android/app/src/main');
  const { manifest } = await XML.readXMLAsync({ path: join(main, 'AndroidManifest.xml') });
  const application = manifest.application[0].$;
  const colours = await resources(join(main, 'res/values/colors.xml'), 'color');
  const nightColours = await resources(join(main, 'res/values-night/colors.xml'), 'color');
  const names = await resources(join(main, 'res/values/strings.xml'), 'string');
  const icon = readFileSync(join(main, 'res/mipmap-anydpi-v26/ic_launcher.xml'), 'utf8');
  const drawn = readdirSync(join(main, 'res'));
  const rules = await XML.readXMLAsync({ path: join(main, 'res/xml/data_extraction_rules.xml') });
  const nothing = { exclude: ANDROID_STORES.map((domain) => ({ $: { domain } })) };
  return [
    ['Android permissions', await androidPermissions(project, manifest), ANDROID_PERMISSIONS],
    ['Android name', names.app_name, 'DeepDog'],
    ['Android keeps the app out of backups', application['android:allowBackup'], 'false'],
    [
      'Android knows the rules for backups and for the next phone',
      application['android:dataExtractionRules'],
      '@xml/data_extraction_rules',
    ],
    [
      'Android leaves all that is stored out of backups, and off the next phone',
      JSON.stringify(rules['data-extraction-rules']),
      JSON.stringify({ 'cloud-backup': [nothing], 'device-transfer': [nothing] }),
    ],
    ['Android languages are declared', application['android:localeConfig'], '@xml/locales_config'],
    [
      'Android icon has its layers',
      ['background', 'foreground', 'monochrome'].filter((layer) => icon.includes(`<${layer} `)).length,
      3,
    ],
    [
      'Android icons and splash screens, light and dark',
      DENSITIES.filter((density) =>
        [`mipmap-${density}`, `drawable-${density}`, `drawable-night-${density}`].every((folder) =>
          drawn.includes(folder),
        ),
      ),
      DENSITIES,
    ],
    ['Android splash screen is mustard', colours.splashscreen_background, '#FFC72C'],
    ['Android splash screen at night is dark', nightColours.splashscreen_background, '#14100C'],
  ];
}

/** What the built app asks for: its own manifest and those of its libraries, less what it removes. */
async function androidPermissions(project, manifest) {
  const own = manifest['uses-permission'].map(({ $ }) => $);
  const removed = new Set(own.filter(({ 'tools:node': node }) => node === 'remove').map(nameOf));
  const ofLibraries = await Promise.all(
    libraries(project)
      .map((library) => join(library, 'android/src/main/AndroidManifest.xml'))
      .filter((path) => existsSync(path))
      .map(async (path) => {
        const library = await XML.readXMLAsync({ path });
        return (library.manifest['uses-permission'] ?? []).map(({ $ }) => nameOf($));
      }),
  );
  const wanted = new Set([...own.map(nameOf), ...ofLibraries.flat()]);
  return [...wanted]
    .filter((name) => !removed.has(name))
    .map((name) => name.replace('android.permission.', ''))
    .sort();
}

/** The folders of all installed packages. */
function libraries(project) {
  const modules = join(project, 'node_modules');
  return readdirSync(modules).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(modules, name)).map((inner) => join(modules, name, inner))
      : [join(modules, name)],
  );
}

const nameOf = (attributes) => attributes['android:name'];

async function resources(path, kind) {
  const { resources: found } = await XML.readXMLAsync({ path });
  return Object.fromEntries(found[kind].map(({ $, _ }) => [$.name, _]));
}

function ios(project, version, locales) {
  const folder = join(project, 'ios/DeepDog');
  const info = readPlist(join(folder, 'Info.plist'));
  const privacy = readPlist(join(folder, 'PrivacyInfo.xcprivacy'));
  const icon = join(folder, 'Images.xcassets/AppIcon.appiconset');
  const splash = readdirSync(join(folder, 'Images.xcassets/SplashScreenLogo.imageset'));
  const xcode = readFileSync(join(project, 'ios/DeepDog.xcodeproj/project.pbxproj'), 'utf8');
  const translated = Object.keys(locales).filter((language) => {
    const strings = readFileSync(join(folder, `Supporting/${language}.lproj/InfoPlist.strings`), 'utf8');
    return USAGE_TEXTS.every((key) => strings.includes(`${key} = "${locales[language][key]}"`));
  });
  return [
    [
      'iOS permissions',
      Object.keys(info)
        .filter((key) => key.endsWith('UsageDescription'))
        .sort(),
      USAGE_TEXTS,
    ],
    ['iOS permission texts are translated', translated, Object.keys(locales)],
    ['iOS name', info.CFBundleDisplayName, 'DeepDog'],
    ['iOS version', info.CFBundleShortVersionString, version],
    ['iOS languages', info.CFBundleLocalizations, ['en', ...Object.keys(locales)]],
    ['iOS asks for no encrypted exceptions', info.NSAppTransportSecurity.NSAllowsArbitraryLoads, false],
    ['iOS icon is opaque, as the store wants it', isOpaquePng(join(icon, 'App-Icon-1024x1024@1x.png')), true],
    [
      'iOS splash screens, light and dark',
      ['image@3x.png', 'dark_image@3x.png'].every((file) => splash.includes(file)),
      true,
    ],
    ['iOS keeps what is stored out of backups', keptOutOfBackups(folder), ['SQLite', 'deepdog']],
    ['iOS works on tablets and sideways', info['UISupportedInterfaceOrientations~ipad'].length, 4],
    ['iOS privacy manifest is part of the app', xcode.includes('PrivacyInfo.xcprivacy in Resources'), true],
    ['iOS privacy manifest says that nobody is tracked', privacy.NSPrivacyTracking, false],
    [
      'iOS privacy manifest says what reports hold',
      privacy.NSPrivacyCollectedDataTypes.map(
        ({ NSPrivacyCollectedDataType: type, NSPrivacyCollectedDataTypeLinked: linked }) =>
          `${type.replace('NSPrivacyCollectedDataType', '')}${linked ? ', linked' : ''}`,
      ),
      ['PhotosorVideos', 'OtherUserContent', 'DeviceID', 'ProductInteraction'],
    ],
    ['iOS privacy manifest covers its libraries', missingReasons(project, privacy), []],
  ];
}

/** The folders of Documents that the app marks when it starts. */
function keptOutOfBackups(folder) {
  const delegate = readFileSync(join(folder, 'AppDelegate.swift'), 'utf8');
  const marking =
    /-> Bool \{\s*for name in (\[.*\]) \{[^}]*isExcludedFromBackup = true[^}]*setResourceValues/;
  return JSON.parse(delegate.match(marking)?.[1] ?? 'null');
}

const readPlist = (path) => plist.default.parse(readFileSync(path, 'utf8'));

/** PNG colour types 0 and 2 have no alpha channel (PNG, section 11.2.1). */
const isOpaquePng = (path) => [0, 2].includes(readFileSync(path)[25]);

/** Reasons that a library's own privacy manifest gives and the app's does not: linked statically, only the app's is read. */
function missingReasons(project, privacy) {
  const given = new Set(privacy.NSPrivacyAccessedAPITypes.flatMap(reasonsOf));
  return libraries(project)
    .flatMap((library) => PRIVACY_MANIFESTS.map((path) => join(library, path)))
    .filter((path) => existsSync(path))
    .flatMap((path) => (readPlist(path).NSPrivacyAccessedAPITypes ?? []).flatMap(reasonsOf))
    .filter((reason) => !given.has(reason));
}

const reasonsOf = ({ NSPrivacyAccessedAPIType: type, NSPrivacyAccessedAPITypeReasons: reasons }) =>
  reasons.map((reason) => `${type} ${reason}`);
