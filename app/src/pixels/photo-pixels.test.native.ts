// The phone's way from a photo to the tensor. The platform's own cropping and shrinking needs a phone; here stands one that
// crops and shrinks a picture of two coloured halves, and everything after it is the real thing.
import { decode, encode } from 'jpeg-js';
import UPNG from 'upng-js';

import { UnreadablePhotoError } from './photo';
import { photoToJpeg, photoToSquare, photoToTensor } from './photo-pixels';

type Edit = { readonly kind: 'crop' | 'resize'; readonly width: number; readonly height: number };
const mockPhone: {
  photo: { width: number; height: number } | null;
  /** Alpha of the picture's right half. */
  alpha: number;
  edits: Edit[];
  files: Map<string, Uint8Array>;
  /** What holds a picture in the phone's memory: each until it is released. */
  held: Set<object>;
} = {
  photo: null,
  alpha: 255,
  edits: [],
  files: new Map(),
  held: new Set(),
};

function mockHeld<T extends object>(holder: T): T & { release: () => void } {
  const released = Object.assign(holder, { release: () => void mockPhone.held.delete(holder) });
  mockPhone.held.add(holder);
  return released;
}

/** Left half red, right half blue. A JPEG has black where the picture is transparent, as on Android. */
function picture(width: number, height: number, format: 'png' | 'jpeg'): Uint8Array {
  const { alpha } = mockPhone;
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const left = (i >> 2) % width < width / 2;
    const shade = left || format === 'png' ? 1 : alpha / 255;
    return [left ? 220 : 30 * shade, 40 * shade, left ? 30 : 220 * shade, left ? 255 : alpha][i % 4] ?? 0;
  });
  return format === 'png'
    ? new Uint8Array(UPNG.encode([pixels.buffer], width, height, 0))
    : encode({ data: pixels, width, height }, 100).data;
}

function mockImage(width: number, height: number) {
  return mockHeld({
    width,
    height,
    saveAsync: ({ format }: { format: 'png' | 'jpeg' }) => {
      const uri = `file:///cache/${mockPhone.files.size}.${format}`;
      mockPhone.files.set(uri, picture(width, height, format));
      return Promise.resolve({ uri });
    },
  });
}

class MockFile {
  constructor(private readonly uri: string) {}
  bytes() {
    return Promise.resolve(mockPhone.files.get(this.uri));
  }
  delete() {
    mockPhone.files.delete(this.uri);
  }
}

jest.mock('expo-image-manipulator', () => ({
  SaveFormat: { JPEG: 'jpeg', PNG: 'png' },
  ImageManipulator: {
    manipulate: () => {
      let size = mockPhone.photo;
      const edit = (kind: Edit['kind']) => (to: { width: number; height: number }) => {
        mockPhone.edits.push({ kind, ...to });
        size = to;
        return context;
      };
      const context = mockHeld({
        crop: edit('crop'),
        resize: edit('resize'),
        renderAsync: () =>
          size === null
            ? Promise.reject(new Error('no picture'))
            : Promise.resolve(mockImage(size.width, size.height)),
      });
      return context;
    },
  },
}));
jest.mock('expo-file-system', () => ({
  get File() {
    return MockFile;
  },
}));
const resized = (side: number): Edit => ({ kind: 'resize', width: side, height: side });
const PHOTO = { uri: 'file:///photo.jpg', takenAt: '2026-11-24T08:00:00Z' };
beforeEach(() => {
  mockPhone.photo = { width: 4000, height: 3000 };
  mockPhone.alpha = 255;
  mockPhone.edits = [];
});
afterEach(() => expect(mockPhone.held.size).toBe(0));

test('the centre square becomes a tensor of the model’s size, halving by halving, and no file is left behind', async () => {
  const tensor = await photoToTensor(PHOTO, 32);
  expect(mockPhone.edits).toEqual([
    expect.objectContaining({ kind: 'crop', originX: 500, originY: 0, width: 3000, height: 3000 }),
    ...[2048, 1024, 512, 256, 128, 64].map(resized),
  ]);
  expect(tensor).toHaveLength(32 * 32 * 3);
  const pixel = (x: number) => [...tensor.subarray(x * 3, x * 3 + 3)];
  expect(pixel(4)).toEqual([220, 40, 30]);
  expect(pixel(28)).toEqual([30, 40, 220]);
  expect(mockPhone.files.size).toBe(0);
});

test('a photo smaller than the model’s input is enlarged by our own resampler', async () => {
  mockPhone.photo = { width: 40, height: 50 };
  expect(await photoToTensor(PHOTO, 32)).toHaveLength(32 * 32 * 3);
  expect(mockPhone.edits.at(-1)).toEqual(resized(40));
});

test('what is transparent becomes white, in the tensor and in what is sent', async () => {
  mockPhone.alpha = 0;
  const tensor = await photoToTensor(PHOTO, 32);
  expect([...tensor.subarray(28 * 3, 29 * 3)]).toEqual([255, 255, 255]);
  const { data, width } = decode(await photoToSquare(PHOTO, 64), { useTArray: true });
  const [red, green, blue] = data.subarray((width - 4) * 4);
  expect(Math.min(red ?? 0, green ?? 0, blue ?? 0)).toBeGreaterThan(250);
  expect(mockPhone.files.size).toBe(0);
});

test('a photo that is sent is the whole one, at most 1280 pixels a side', async () => {
  const jpeg = await photoToJpeg(PHOTO);
  expect(mockPhone.edits.at(-1)).toEqual({ kind: 'resize', width: 1280, height: 960 });
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('a photo that is remembered is its centre square', async () => {
  await photoToSquare(PHOTO, 480);
  expect(mockPhone.edits.slice(-4)).toEqual([
    expect.objectContaining({ kind: 'crop', originX: 500, originY: 0, width: 3000, height: 3000 }),
    ...[1920, 960, 480].map(resized),
  ]);
  expect(mockPhone.files.size).toBe(0);
});

test('bytes that are no picture are an unreadable photo', async () => {
  mockPhone.photo = null;
  await expect(photoToTensor(PHOTO, 32)).rejects.toBeInstanceOf(UnreadablePhotoError);
});
