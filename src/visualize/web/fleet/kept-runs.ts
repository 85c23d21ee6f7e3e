/** A run file kept in this browser, so that a reload loses nothing. */
export interface KeptRun {
  readonly name: string;
  readonly title: string;
  /** In epoch milliseconds. */
  readonly keptAt: number;
  readonly characters: number;
}

interface Row extends KeptRun {
  readonly text: string;
}

const MOST_KEPT = 5;
/** The limit for all of them together. */
const MOST_CHARACTERS = 50_000_000;
const STORE = 'runs';

export function newKeptName(): string {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const done = <Of>(request: IDBRequest<Of>): Promise<Of> =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('The browser keeps nothing.')));
  });

async function withStore<Of>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => Promise<Of>): Promise<Of> {
  const opening = indexedDB.open('nixfleet-statechart', 1);
  opening.addEventListener('upgradeneeded', () => {
    opening.result.createObjectStore(STORE, { keyPath: 'name' });
  });
  const database = await done(opening);
  try {
    return await use(database.transaction(STORE, mode).objectStore(STORE));
  } finally {
    database.close();
  }
}

/** If the browser keeps nothing, for example in a private window, only a reload loses the run. */
const orElse = <Of>(promise: Promise<Of>, otherwise: Of): Promise<Of> => promise.catch(() => otherwise);

/** Keeps a run, and drops the oldest to make room. */
export const keepRun = (name: string, title: string, text: string): Promise<void> =>
  orElse(
    withStore('readwrite', async (store) => {
      if (text.length > MOST_CHARACTERS) return;
      const row: Row = { name, title, keptAt: Date.now(), characters: text.length, text };
      await done(store.put(row));
      // Safe: only this function writes rows of this store.
      const rows = (await done(store.getAll())) as readonly Row[];
      let characters = 0;
      for (const [at, old] of rows.toSorted((a, b) => b.keptAt - a.keptAt).entries()) {
        characters += old.characters;
        if (at >= MOST_KEPT || characters > MOST_CHARACTERS) await done(store.delete(old.name));
      }
    }),
    undefined,
  );

/** `null` if it is no longer kept. */
export const loadRun = (name: string): Promise<string | null> =>
  orElse(
    withStore('readonly', async (store) => {
      // Safe, as above.
      const row = (await done(store.get(name))) as Row | undefined;
      return row?.text ?? null;
    }),
    null,
  );

/** The newest first. */
export const keptRuns = (): Promise<readonly KeptRun[]> =>
  orElse(
    withStore('readonly', async (store) => {
      // Safe, as above.
      const rows = (await done(store.getAll())) as readonly Row[];
      return rows
        .map(({ name, title, keptAt, characters }) => ({ name, title, keptAt, characters }))
        .toSorted((a, b) => b.keptAt - a.keptAt);
    }),
    [],
  );

export const forgetRun = (name: string): Promise<void> =>
  orElse(
    withStore('readwrite', async (store) => {
      await done(store.delete(name));
    }),
    undefined,
  );
