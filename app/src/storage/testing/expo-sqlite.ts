// What the app uses of expo-sqlite, over SQLite's own WebAssembly build, so that tests run the phone's statements for real.
import initSqlJs, { type Database, type SqlValue } from 'sql.js';

const files = new Map<string, Database>();
let engine: Awaited<ReturnType<typeof initSqlJs>> | undefined;

/** Must have resolved before a database is opened. */
export async function loadSqlite(): Promise<void> {
  engine = await initSqlJs();
}

export function openDatabaseSync(name: string) {
  if (engine === undefined) {
    throw new Error('loadSqlite() first');
  }
  const database = files.get(name) ?? new engine.Database();
  files.set(name, database);

  const rows = (sql: string, ...parameters: SqlValue[]) => {
    const statement = database.prepare(sql, parameters);
    const found = [];
    while (statement.step()) {
      found.push(statement.getAsObject());
    }
    statement.free();
    return found;
  };
  return {
    execSync: (sql: string) => void database.exec(sql),
    runSync: (sql: string, ...parameters: SqlValue[]) => void database.run(sql, parameters),
    getFirstSync: (sql: string, ...parameters: SqlValue[]) => rows(sql, ...parameters)[0] ?? null,
    getAllAsync: (sql: string, ...parameters: SqlValue[]) => Promise.resolve(rows(sql, ...parameters)),
    withTransactionSync: (task: () => void) => {
      database.run('BEGIN');
      try {
        task();
        database.run('COMMIT');
      } catch (error) {
        database.run('ROLLBACK');
        throw error;
      }
    },
  };
}
