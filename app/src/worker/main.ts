// The worker's entry point: bundled on its own (scripts/build-web-assets.mjs), answers one message per request.
import { readOutputs } from '../classifier/outputs';
import { bestCell, decode } from '../detection/decode';
import { readMaps } from '../detection/maps';
import { verifyEd25519 } from '../updates/ed25519';
import { frameToPhoto, frameToTensors } from './frame';
import { photoToJpeg, photoToSquare, photoToTensor } from './photo';
import type { Kind, Reply, Request, Requests } from './protocol';
import { dispose, load, run, start } from './runtime';
import { stampPhoto } from './stamp-photo';

// The runtime takes longest to get ready, so it starts while the camera does.
start();

self.addEventListener('message', (event: MessageEvent<Request>) => {
  void reply(event.data).then((message) => self.postMessage(message));
});

async function reply(request: Request): Promise<Reply> {
  try {
    return { id: request.id, ok: true, answer: await answer(request) };
  } catch (error) {
    return { id: request.id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

async function answer(request: Request): Promise<Requests[Kind]['answer']> {
  switch (request.kind) {
    case 'photoToTensor':
      return photoToTensor(request.input.photo, request.input.resolution, request.input.around);
    case 'photoToJpeg':
      return photoToJpeg(request.input.photo, request.input.longest);
    case 'photoToSquare':
      return photoToSquare(request.input.photo, request.input.side);
    case 'stampPhoto':
      return stampPhoto(request.input.photo, request.input.stamp);
    case 'frameToTensors':
      return frameToTensors(request.input.frame, request.input.resolutions);
    case 'frameToPhoto':
      return frameToPhoto(request.input.frame, request.input.resolution);
    case 'load':
      return load(request.input.model);
    case 'classify': {
      const { handle, tensor, outputs } = request.input;
      return readOutputs(outputs, await run(handle, tensor));
    }
    case 'detect': {
      const { handle, tensor, outputs, threshold, decoding } = request.input;
      return decode(readMaps(outputs, await run(handle, tensor)), threshold, decoding);
    }
    case 'bestCell': {
      const { handle, tensor, outputs } = request.input;
      return bestCell(readMaps(outputs, await run(handle, tensor)));
    }
    case 'verifySignature':
      return verifyEd25519(request.input.signature, request.input.message, request.input.key);
    case 'dispose':
      return dispose(request.input.handle);
  }
}
