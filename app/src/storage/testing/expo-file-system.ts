// What the app uses of expo-file-system, over Node's files.
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

export class Directory {
  readonly uri: string;
  constructor(parent: string, name: string) {
    this.uri = path.join(parent, name);
  }
  create({ intermediates }: { idempotent: true; intermediates: boolean }): void {
    fs.mkdirSync(this.uri, { recursive: intermediates });
  }
  get exists(): boolean {
    return fs.existsSync(this.uri);
  }
  delete(): void {
    fs.rmSync(this.uri, { recursive: true });
  }
  list(): readonly File[] {
    return fs.readdirSync(this.uri).map((name) => new File(this, name));
  }
}

export class File {
  readonly uri: string;
  constructor(
    folder: Directory,
    readonly name: string,
  ) {
    this.uri = path.join(folder.uri, name);
  }
  get exists(): boolean {
    return fs.existsSync(this.uri);
  }
  create({ overwrite }: { overwrite: boolean }): void {
    fs.writeFileSync(this.uri, '', { flag: overwrite ? 'w' : 'wx' });
  }
  write(bytes: Uint8Array): void {
    fs.writeFileSync(this.uri, bytes);
  }
  bytes(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(fs.readFileSync(this.uri)));
  }
  moveSync(destination: File, { overwrite }: { overwrite: boolean }): void {
    if (destination.exists && !overwrite) {
      throw new Error('destination exists');
    }
    fs.renameSync(this.uri, destination.uri);
  }
  delete(): void {
    fs.unlinkSync(this.uri);
  }
}

const document = fs.mkdtempSync(path.join(tmpdir(), 'deepdog-'));

export const Paths = { document, cache: path.join(document, 'cache') };
