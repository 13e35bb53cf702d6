// What the app does with photos and why, in plain words, in English.
export const about = {
  title: 'About DeepDog',
  open: 'What stays on this device',
  back: 'Back to the settings',
  stays: {
    title: 'What stays here',
    text: 'Your photos, my verdicts and your history stay on this device. I judge every photo right here, which is why it also works without a network. Nobody else sees them.',
  },
  leaves: {
    title: 'What can leave',
    text: 'Only what you send. When you tell me that I was wrong, I send your answer, my verdict and score, which model it was, when you showed me the photo, and your comment. With them go my version, whether I run on iOS, Android or the web, a number for taking the report back, and a random number that I drew when I first ran here: it is the same in each of your reports. The photo goes along only if you switch that on, and without the place and the camera that are noted inside it.',
  },
  counts: {
    title: 'Counting',
    text: 'If you allow it in the settings, I say once a day how many photos I judged and how my updates went. Numbers only. It is off until you switch it on.',
  },
  takeBack: {
    title: 'Taking it back',
    text: 'Under “My reports” you can take back every report. The server then deletes it, and its photo too.',
  },
  updates: {
    title: 'How I get better',
    text: 'Now and then I fetch a new model. I check who signed it and try it out before I use it. The server sees that a device asked, as every website does, and not which photos were on it.',
  },
  mistakes: {
    title: 'I make mistakes',
    text: 'I am a joke with good eyes. Do not ask me about allergies or whether something can be eaten.',
  },
  made: (version: string) => `DeepDog ${version}, free software under the MIT licence.`,
  font: (name: string, author: string) => `Lettering: ${name} by ${author}, under the SIL Open Font License.`,
};
