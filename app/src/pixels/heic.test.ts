// HEIC is told from other pictures by its first bytes.
import { isHeic } from './heic';

const head = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ['an iPhone’s photo', '\0\0\0\x24ftypheic\0\0\0\0mif1MiHE', true],
  ['a HEIF picture that names only the container', '\0\0\0\x1cftypmif1\0\0\0\0mif1heic', true],
  ['an AVIF picture', '\0\0\0\x1cftypavif\0\0\0\0avifmif1', false],
  ['an AVIF picture that names the container first', '\0\0\0\x1cftypmif1\0\0\0\0avifmiaf', false],
  ['an MP4 film', '\0\0\0\x20ftypisom\0\0\0\0isomavc1', false],
  ['a JPEG', '\xff\xd8\xff\xe0\0\x10JFIF\0', false],
  ['nothing', '', false],
])('%s', (_, text, heic) => {
  expect(isHeic(head(text))).toBe(heic);
});
