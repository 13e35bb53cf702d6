// The page's side of the worker: a call becomes a message, its reply settles the call.
import type { Kind, Reply, Requests } from './protocol';

// Built by scripts/build-web-assets.mjs, since Metro makes no worker files. It lies beside the runtime's files, which the
// runtime looks for in its worker's own folder.
const WORKER_URL = '/litert/deepdog.worker.js';

type Waiting = { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void };

let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let lastId = 0;

/** Asks the worker, starting it first if need be. Byte arrays are copied, so the caller's stay valid; what is in `moved` is not. */
export function askWorker<K extends Kind>(
  kind: K,
  input: Requests[K]['input'],
  moved: Transferable[] = [],
): Promise<Requests[K]['answer']> {
  worker ??= startWorker();
  const id = (lastId += 1);
  worker.postMessage({ id, kind, input }, moved);
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

function startWorker(): Worker {
  const started = new Worker(WORKER_URL);
  started.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) {
      call?.resolve(data.answer as never);
    } else {
      call?.reject(new Error(data.message));
    }
  });
  started.addEventListener('error', (event) => {
    const error = new Error(event.message || 'the worker did not start');
    waiting.forEach((call) => call.reject(error));
    waiting.clear();
    worker = undefined;
  });
  return started;
}
