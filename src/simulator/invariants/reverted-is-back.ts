import { noState, type Judge } from './invariant.ts';

/** Reverted means that the host runs the closure that it rolled back to. */
export const revertedIsBack: Judge<object> = {
  begin: noState,
  on: {
    // The agent's own record, as it writes and reports it.
    HeaderWritten: ({ broken }, _, { hostname, header: { rolloutId, record } }) => {
      if (record.state === 'Reverted' && record.currentClosure !== record.revertedTo)
        broken('reverted is back', hostname, rolloutId, said(hostname, record));
    },
  },
  effects: {
    TakeOverRecord: ({ broken }, _, { host, rolloutId, record }) => {
      if (record.state === 'Reverted' && record.currentClosure !== record.revertedTo)
        broken('reverted is back', host, rolloutId, said(host, record));
    },
  },
};

function said(host: string, record: { readonly currentClosure: string | null; readonly revertedTo: string | null }) {
  return `${host} rolled back to ${record.revertedTo ?? 'nothing'} but is on ${record.currentClosure ?? 'nothing'}.`;
}
