import { z } from 'zod';
import { SPAN } from '../scenario-file/fields.ts';
import { onControlPlanePerHour, rate, ratePerHour, type FaultKind, type FaultWorld } from './fault.ts';
import { down, DURATION, optionalSetting, settings } from './step-settings.ts';
import { lastingWords, timeWords } from './words.ts';
import type { Span } from '../span.ts';

/** The control plane comes back with its database as it was some time ago. */
export interface RestoreBackup {
  readonly type: 'restore-backup';
  /** How old the backup is; `null` if `momentMs` is given. */
  readonly ageMs: number | null;
  /** Since the start of the run. */
  readonly momentMs: number | null;
  readonly downMs: number | null;
}

export interface BackupRestoredParams {
  readonly 'backup-restored': { readonly ageMs: number };
}

export interface BackupRestoredRates {
  readonly backupRestoresPerHour: number;
  readonly backupAge: Span;
}

export const backupRestored: FaultKind<BackupRestoredParams, RestoreBackup, BackupRestoredRates> = {
  faults: {
    'backup-restored': {
      tests: 'heartbeats bring back what the backup lacks, and nothing is dispatched before that',
      rates: ['backupRestoresPerHour'],
      params: z.object({ ageMs: z.number() }),
      detail: ({ ageMs }) => `${timeWords(ageMs)} old`,
      pin: ({ ageMs }) => ({ step: { type: 'restore-backup', ageMs, momentMs: null, downMs: null } }),
    },
  },
  step: {
    do: 'restore-backup',
    ...settings<RestoreBackup>({
      ageMs: optionalSetting<number | null>('age', DURATION, null, 'Age of the backup; this, or `of`'),
      momentMs: optionalSetting<number | null>(
        'of',
        DURATION,
        null,
        'When the backup was made, since the start of the run',
      ),
      downMs: down('down'),
    }),
    words: ({ ageMs, momentMs, downMs }) => {
      const when = ageMs === null ? `made at ${timeWords(momentMs ?? 0)}` : `${timeWords(ageMs)} old`;
      return `control plane: its database is restored from a backup ${when}${lastingWords(', down for', downMs)}`;
    },
    strike: (world, { ageMs, momentMs, downMs }) => restore(world, ageMs ?? world.now - (momentMs ?? 0), downMs),
  },
  rates: {
    backupRestoresPerHour: ratePerHour('backup-restores-per-hour', 'Restores of an older database per hour'),
    backupAge: rate('backup-age', SPAN, { minMs: 60_000, maxMs: 3_600_000 }, 'Age of the restored backup'),
  },
  hooks: onControlPlanePerHour(
    ({ backupRestoresPerHour }) => backupRestoresPerHour,
    'fault:backup-restored',
    (world, { backupAge }) => restore(world, world.draw(backupAge, '', 'fault:backup-restored'), null),
  ),
};

/** A backup is no older than the start of the run, and no newer than now. */
function restore(world: FaultWorld, ageMs: number, downMs: number | null): void {
  if (!world.isControlPlaneUp) return;
  const age = Math.min(Math.max(0, ageMs), world.now);
  world.fired<BackupRestoredParams>('backup-restored', null, { ageMs: age });
  world.stopControlPlane(downMs, { ageMs: age });
}
