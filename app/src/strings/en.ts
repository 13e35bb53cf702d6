// Every word the app says, in English. The other languages have the same shape, which the compiler and strings.test.ts hold
// them to. Numbers and dates come in already formatted. A model's own labels are translated where they are known.
import type { RefusalCode } from '../feedback/report';
import type { ReasonCode } from '../updates/reasons';
import { about } from './about/en';

const labels: Readonly<Record<string, string>> = {};

/** How a number of what a label names is said. */
type Counted = { readonly one: (number: string) => string; readonly other: (number: string) => string };

const counts: Readonly<Record<string, Counted>> = {
  Hotdog: { one: (number) => `${number} hotdog`, other: (number) => `${number} hotdogs` },
};

const reasons: Readonly<Record<ReasonCode, string>> = {
  network: 'The server could not be reached.',
  bad_envelope: 'The server’s answer could not be read.',
  bad_signature: 'The update’s signature is wrong, so it was not used.',
  unknown_key: 'The update is signed with a key that this app does not trust.',
  wrong_channel: 'The server offered another channel than the one asked for.',
  expired: 'The server’s offer has expired. If the date on this device is right, try again later.',
  old_sequence: 'The server’s offer is older than one seen before.',
  app_too_old: 'The new model needs a newer version of this app.',
  runtime_too_old: 'The new model needs a newer version of this app.',
  bad_manifest_hash: 'The new model’s description is not the one that was announced.',
  bad_manifest: 'The new model’s description could not be understood.',
  bad_size: 'The download does not have the announced size.',
  bad_hash: 'The model file is damaged.',
  self_test_failed: 'The model did not pass its test on this device.',
  storage: 'The model could not be kept on this device. Is it full?',
};

const refusals: Readonly<Record<RefusalCode, string>> = {
  conflict: 'The server has another report under its number.',
  forbidden: 'The server does not know this device as its sender.',
  gone: 'It was taken back before.',
  invalid: 'The server cannot use what it says.',
  photo_lost: 'Its photo is not on this device any more.',
  too_large: 'It is too large.',
};

export const en = {
  about,
  labels,
  counts,
  appName: 'DeepDog',
  pageTitle: 'DeepDog: hotdog or not hotdog',
  tagline: 'Point me at lunch.',
  camera: {
    starting: 'Waking up the camera…',
    takePhoto: 'Take photo',
    flip: 'Switch camera',
    choosePhoto: 'Choose a photo',
    turnOn: 'Turn on the camera',
    primer: 'I tell hotdogs from everything else. The photo stays on this device.',
    dropHint: 'You can also drop a photo here, or paste one.',
    dropNow: 'Drop it!',
    denied: 'The camera is switched off for DeepDog. Allow it in the settings, or choose a photo.',
    noCamera: 'There is no camera here. Choose a photo instead.',
    busyCamera: 'The camera could not be started. Is another app using it? You can still choose a photo.',
    openSettings: 'Open the settings',
    retry: 'Try the camera again',
    torch: 'Torch',
  },
  judging: 'Sniffing…',
  verdict: {
    meter: (label: string) => `${label} meter`,
    needed: (percent: string) => `${percent} needed`,
    accessible: (label: string, positive: string, percent: string) =>
      `${label}. ${positive} score ${percent}.`,
    model: (version: string) => `Model ${version}`,
    newPhoto: 'New photo',
    why: 'Why?',
    hideWhy: 'Hide why',
    whySome: (label: string) => `Dots mark what looks like: ${label}.`,
    whyNothing: (label: string) => `Nothing in it looks like: ${label}.`,
    wrong: 'Wrong?',
    photo: 'Your photo',
    share: 'Share',
    sharing: 'Stamping…',
    saved: 'Saved',
    caption: (percent: string, positive: string, app: string) => `${percent} ${positive} · ${app}`,
  },
  live: {
    toggle: 'Live',
    looking: 'Looking…',
  },
  boxes: {
    tap: 'Tap a box to have it judged.',
    box: (number: string, total: string) => `Box ${number} of ${total}`,
    judged: (box: string, positive: string, percent: string) => `${box}: ${positive} ${percent}`,
    score: (positive: string, percent: string) => `This part alone: ${positive} ${percent}.`,
    failed: 'This part could not be judged. Try again.',
  },
  history: {
    open: 'History',
    title: 'Sniffed before',
    empty: 'Nothing yet. What you show me is remembered here, on this device only.',
    private: (count: string) => `The last ${count} photos, on this device only.`,
    clear: 'Clear history',
    item: (label: string, when: string) => `${label}, ${when}`,
  },
  report: {
    title: 'I got it wrong?',
    question: 'What is it really?',
    sendPhoto: 'Send the photo too',
    sendPhotoHint:
      'It helps the next model most. People look at it to check your answer; it is never published.',
    comment: 'Anything to add? (optional)',
    send: 'Send',
    said: (label: string, percent: string) => `I said “${label}” (${percent}).`,
    state: {
      queued: 'Report waiting to be sent',
      sending: 'Sending your report…',
      sent: 'Report sent. Good dog!',
      refused: 'Report not accepted',
      withdrawing: 'Taking your report back…',
      not_withdrawn: 'Report could not be taken back',
    },
    refusals,
    takeBack: 'Take back',
    photoUnreadable: 'The photo could not be prepared. Send the report without it?',
    notStored: 'The report could not be kept on this device. Is it full?',
  },
  settings: {
    open: 'Settings',
    title: 'Under the bun',
    close: 'Close',
    language: 'Language',
    deviceLanguage: 'As on this device',
    model: 'Model',
    version: 'Version',
    made: 'Made',
    source: { bundled: 'came with the app', downloaded: 'downloaded' },
    detector: 'Detector',
    detectorHint: 'Says where they are, and how many.',
    detectorFigures: (found: string, right: string) => `${found} found, ${right} of its boxes right`,
    inTests: 'In tests',
    testFigures: (found: string, falseAlarms: string) => `${found} found, ${falseAlarms} false alarms`,
    notes: 'What’s new',
    reports: 'My reports',
    noReports: 'None yet. When I am wrong, tell me.',
    claimed: (label: string) => `You said: ${label}`,
    withPhoto: 'with photo',
    sharing: 'What I may send',
    sendPhotos: 'Send photos with reports',
    sendCounts: 'Send counts',
    sendCountsHint:
      'Once a day: how many photos each model judged, and how updates went. No photos, and nothing that tells who you are.',
  },
  updates: {
    title: 'Updates',
    off: {
      noServer: 'Updates are off: this app was built without the address of a server.',
      noKeys: 'Updates are off: this app was built without keys to verify them.',
      badKeys: 'Updates are off: the keys that this app was built with cannot be read.',
    },
    checkNow: 'Check now',
    checking: 'Checking…',
    downloading: (version: string, percent: string, size: string) =>
      `Downloading ${version}: ${percent} of ${size}`,
    testing: (version: string) => `Trying out ${version}…`,
    neverChecked: 'Not checked yet.',
    upToDate: (when: string) => `Up to date. Checked ${when}.`,
    updated: (when: string) => `Updated ${when}.`,
    refused: (when: string) => `No update ${when}.`,
    offered: (when: string) => `There is an update. Checked ${when}.`,
    offer: {
      metered: (version: string, size: string) => `Version ${version} (${size}) waits for Wi-Fi.`,
      declined: (version: string, size: string) => `You went back from version ${version} (${size}).`,
    },
    take: (version: string) => `Get ${version} now`,
    goBack: (version: string) => `Use the one before (${version})`,
    mobileData: 'Update on mobile data too',
    mobileDataHint: 'Otherwise new models wait for Wi-Fi.',
    lastRefusal: 'Last refusal',
    reasons,
  },
  problem: {
    tryAgain: 'Try again',
    unreadablePhoto: 'This photo cannot be read. Try a JPEG or PNG, or take a new one.',
    heicPhoto: 'This browser cannot read HEIC photos. Save it as JPEG, or take the photo here.',
    notShared: 'The picture could not be made. Try again.',
    notAPhoto: 'That is not a photo. Try a JPEG or PNG.',
    cameraFailed: 'The camera gave no photo. Try again.',
    modelFailed: 'The model could not look at this photo. Try again.',
    noModel: 'The model could not be started, so nothing can be judged.',
  },
};
