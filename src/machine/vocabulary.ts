/**
 * The words of the machines as data: fields, events and records, without the charts. The face of this module for those
 * who need no XState, such as the wire.
 */
export * from './event-forms.ts';
export * from './events.ts';
export * from './fields.ts';
export {
  draftOf,
  hostRecordFields,
  newPendingHost,
  type HostDraft,
  type HostRolloutState,
  type PendingHost,
} from './record.ts';
