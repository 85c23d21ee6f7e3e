import { noState, type Judge } from './invariant.ts';

/**
 * No host of a later wave is dispatched; a wave finishes only when all of its hosts are ordering-eligible, and does not
 * come again.
 */
export const waveOrder: Judge<object> = {
  begin: noState,
  effects: {
    QueueDispatch: ({ ledger, broken }, _, { host, rolloutId }) => {
      const { book, at } = ledger.find(rolloutId, host);
      const planned = book?.manifest.hosts[at];
      if (book === null || planned === undefined) return;
      if (planned.staged && planned.wave <= book.currentWave) return;
      broken(
        'wave order',
        host,
        rolloutId,
        `${host} of wave ${planned.wave} was dispatched while wave ${book.currentWave} is current.`,
      );
    },
    UpdateCurrentWave: ({ ledger, broken }, _, { rolloutId, wave }) => {
      const book = ledger.books.get(rolloutId);
      if (book === undefined) return;
      if (wave < book.currentWave)
        broken('wave order', null, rolloutId, `${rolloutId} went back from wave ${book.currentWave} to wave ${wave}.`);
      for (let left = book.currentWave; left < wave; left += 1) {
        const counts = book.waves[left];
        if (counts === undefined || counts.eligible === counts.hosts) continue;
        const rest = counts.hosts - counts.eligible;
        broken(
          'wave order',
          null,
          rolloutId,
          `Wave ${left} was left while ${rest} of its ${counts.hosts} hosts still held it.`,
        );
      }
    },
  },
};
