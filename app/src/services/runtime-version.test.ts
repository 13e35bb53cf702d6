// The runtime version is that of the packages that are installed: an upgrade of one of them must look at it again.
import { readFileSync } from 'node:fs';

import { RUNTIME_VERSION } from './runtime-version';

const FAST_TFLITE = 'node_modules/react-native-fast-tflite';
const found = (file: string, pattern: RegExp) => pattern.exec(readFileSync(file, 'utf8'))?.[1];

test('iOS: the release that the pod links', () => {
  const pod = found(`${FAST_TFLITE}/react-native-fast-tflite.podspec`, /"TensorFlowLiteC", "(.+)"/);
  expect(pod).toBe(RUNTIME_VERSION);
});

test('Android and the web: the LiteRT releases that were looked at', () => {
  const gradle = found(
    `${FAST_TFLITE}/android/build.gradle`,
    /implementation "com\.google\.ai\.edge\.litert:litert:(.+)"/,
  );
  const web = found('node_modules/@litertjs/core/package.json', /"version": "(.+)"/);
  expect({ gradle, web }).toEqual({ gradle: '1.4.0', web: '2.5.3' });
});
