/**
 * The vocabulary of the machines as data: fields, events and records, but no charts. The entry point for modules that
 * do not need XState, such as the wire.
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
