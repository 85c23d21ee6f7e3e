/** The store alone: its types need no types of Node, unlike those of `index.ts`. */
export { StoreConflict, type ControlPlaneStore, type LogEntry } from './store.ts';
