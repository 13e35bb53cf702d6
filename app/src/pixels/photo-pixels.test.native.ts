// The phone's way from a photo to the tensor. The platform's own cropping and shrinking needs a phone; here stands one that
// crops and shrinks a picture of two coloured halves, and everything after it is the real thing.
import { encode } from 'jpeg-js';

import { UnreadablePhotoError } from './photo';
import { photoToJpeg, photoToTensor } from './photo-pixels';

type Edit = { readonly kind: 'crop' | 'resize'; readonly width: number; readonly height: number };
const mockPhone: {
  photo: { width: number; height: number } | null;
  edits: Edit[];
  files: Map<string, Uint8Array>;
} = {
  photo: null,
  edits: [],
  files: new Map(),
};

/** Left half red, right half blue. */
function picture(width: number, height: number): Uint8Array {
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const left = (i >> 2) % width < width / 2;
    return [left ? 220 : 30, 40, left ? 30 : 220, 255][i % 4] ?? 0;
  });
  return encode({ data: pixels, width, height }, 100).data;
}

function mockImage(width: number, height: number) {
  return {
    width,
    height,
    release: () => undefined,
    saveAsync: () => {
      const uri = `file:///cache/${mockPhone.files.size}.jpg`;
      mockPhone.files.set(uri, picture(width, height));
      return Promise.resolve({ uri });
    },
  };
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
  SaveFormat: { JPEG: 'jpeg' },
  ImageManipulator: {
    manipulate: () => {
      let size = mockPhone.photo;
      const edit = (kind: Edit['kind']) => (to: { width: number; height: number }) => {
        mockPhone.edits.push({ kind, ...to });
        size = to;
        return context;
      };
      const context = {
        crop: edit('crop'),
        resize: edit('resize'),
        renderAsync: () =>
          size === null
            ? Promise.reject(new Error('no picture'))
            : Promise.resolve(mockImage(size.width, size.height)),
      };
      return context;
    },
  },
}));
jest.mock('expo-file-system', () => ({
  get File() {
    return MockFile;
  },
}));
const PHOTO = { uri: 'file:///photo.jpg', takenAt: '2026-11-24T08:00:00Z' };
beforeEach(() => {
  mockPhone.photo = { width: 4000, height: 3000 };
  mockPhone.edits = [];
});

test('the centre square becomes a tensor of the model’s size, and no file is left behind', async () => {
  const tensor = await photoToTensor(PHOTO, 32);
  expect(mockPhone.edits).toEqual([
    expect.objectContaining({ kind: 'crop', originX: 500, originY: 0, width: 3000, height: 3000 }),
    { kind: 'resize', width: 64, height: 64 },
  ]);
  expect(tensor).toHaveLength(32 * 32 * 3);
  const pixel = (x: number) => [...tensor.subarray(x * 3, x * 3 + 3)];
  const near = (level: number) => expect.closeTo(level, -1) as number;
  expect(pixel(4)).toEqual([near(220), near(40), near(30)]);
  expect(pixel(28)).toEqual([near(30), near(40), near(220)]);
  expect(mockPhone.files.size).toBe(0);
});

test('a photo smaller than the model’s input is enlarged by our own resampler', async () => {
  mockPhone.photo = { width: 40, height: 50 };
  expect(await photoToTensor(PHOTO, 32)).toHaveLength(32 * 32 * 3);
  expect(mockPhone.edits.at(-1)).toEqual({ kind: 'resize', width: 40, height: 40 });
});

test('a photo that is sent is the whole one, at most 1280 pixels a side', async () => {
  const jpeg = await photoToJpeg(PHOTO);
  expect(mockPhone.edits).toEqual([{ kind: 'resize', width: 1280, height: 960 }]);
  expect([...jpeg.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('bytes that are no picture are an unreadable photo', async () => {
  mockPhone.photo = null;
  await expect(photoToTensor(PHOTO, 32)).rejects.toBeInstanceOf(UnreadablePhotoError);
});
