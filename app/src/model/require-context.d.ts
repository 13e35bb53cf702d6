// Metro's require.context: the files of a folder that are there when the app is built.
declare namespace NodeJS {
  interface Require {
    context(folder: string, recursive: boolean, filter: RegExp): RequiredFiles;
  }

  interface RequiredFiles {
    (name: string): unknown;
    /** Of those that are there, relative to the folder. */
    keys(): string[];
  }
}
