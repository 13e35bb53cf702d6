// What the app does with photos and why, in plain words, in German.
import type { Strings } from '../languages';

export const about: Strings['about'] = {
  title: 'Über DeepDog',
  open: 'Was auf diesem Gerät bleibt',
  back: 'Zurück zu den Einstellungen',
  stays: {
    title: 'Was hier bleibt',
    text: 'Deine Fotos, meine Urteile und dein Verlauf bleiben auf diesem Gerät. Ich beurteile jedes Foto genau hier, deshalb geht es auch ohne Netz. Niemand sonst sieht sie.',
  },
  leaves: {
    title: 'Was hinausgehen kann',
    text: 'Nur was du sendest. Wenn du mir sagst, dass ich falsch lag, sende ich deine Antwort, mein Urteil und meinen Wert, welches Modell es war, wann du mir das Foto gezeigt hast, und deinen Kommentar. Dazu kommen meine Version, ob ich unter iOS, unter Android oder im Browser laufe, eine Nummer, mit der sich die Meldung zurücknehmen lässt, und eine Zufallszahl, die ich beim ersten Start hier gezogen habe: Sie ist in jeder deiner Meldungen dieselbe. Das Foto geht nur mit, wenn du das einschaltest, und ohne den Ort und die Kamera, die darin vermerkt sind.',
  },
  counts: {
    title: 'Zählen',
    text: 'Wenn du es in den Einstellungen erlaubst, sage ich einmal am Tag, wie viele Fotos ich beurteilt habe und wie meine Aktualisierungen liefen. Nur Zahlen. Es ist aus, bis du es einschaltest.',
  },
  takeBack: {
    title: 'Zurücknehmen',
    text: 'Unter „Meine Meldungen“ kannst du jede Meldung zurücknehmen. Der Server löscht sie dann, und ihr Foto auch.',
  },
  updates: {
    title: 'Wie ich besser werde',
    text: 'Ab und zu hole ich mir ein neues Modell. Ich prüfe, wer es signiert hat, und probiere es aus, bevor ich es benutze. Der Server sieht, dass ein Gerät gefragt hat, wie bei jeder Website, aber nicht, welche Fotos darauf waren.',
  },
  mistakes: {
    title: 'Ich irre mich',
    text: 'Ich bin ein Scherz mit guten Augen. Frag mich nicht nach Allergien oder ob man etwas essen kann.',
  },
  made: (version) => `DeepDog ${version}, freie Software unter der MIT-Lizenz.`,
  font: (name, author) => `Schrift: ${name} von ${author}, unter der SIL Open Font License.`,
};
