// A multipart/form-data body as bytes, the same on every platform: React Native cannot put bytes into a FormData.
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

export type Part = {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
  readonly filename?: string;
};
export type MultipartBody = { readonly contentType: string; readonly body: Uint8Array };

/** `boundary` must not occur in any part; a random one does not (RFC 7578, section 4.1). */
export function multipart(parts: readonly Part[], boundary: string): MultipartBody {
  const pieces = parts.flatMap(({ name, type, content, filename }) => [
    utf8ToBytes(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        (filename === undefined ? '' : `; filename="${filename}"`) +
        `\r\nContent-Type: ${type}\r\n\r\n`,
    ),
    content,
    utf8ToBytes('\r\n'),
  ]);
  pieces.push(utf8ToBytes(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: concatBytes(...pieces) };
}
