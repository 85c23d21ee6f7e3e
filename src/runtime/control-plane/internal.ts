/** Only the store: unlike `index.ts`, its types do not need Node's. */
export { StoreConflict, type ControlPlaneStore, type LogEntry } from './store.ts';
