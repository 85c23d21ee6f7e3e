import type { KeyObject } from 'node:crypto';
import { parseFleet, projectRollouts, type RolloutManifest } from '../../../fleet/index.ts';
import type { Time } from '../../../machine/index.ts';
import type { CancelTimer, Clock } from '../../shared/clock.ts';
import { asError } from '../../shared/runtime-problem.ts';
import { distrustOf } from '../../shared/signed-fleet.ts';
import { fleetTextFrom, fleetTextsAt, type FleetText, type ReadFleetTexts } from './fleet-texts.ts';
import type { ManifestListener, ManifestSource } from './manifest-source.ts';

/** Where fleet files are, and who may sign them. */
export interface FleetSourceOptions {
  /** A fleet file, a folder of them, or an address of one (http or https). */
  readonly from: string;
  /** A file must be signed by one of these keys; `unsigned` accepts any file. */
  readonly keys: readonly KeyObject[] | 'unsigned';
  readonly clock: Clock;
  /** How often to look for changes. */
  readonly everySecs: number;
}

interface Release {
  readonly name: string;
  readonly rollouts: readonly RolloutManifest[];
  readonly signedAt: Time | null;
  readonly writtenAt: number;
}

const MS_PER_SECOND = 1000;

/**
 * Verifies and releases the fleet files at a path or address. If several name the same channel, the one signed last is
 * released. Unusable files are reported, and earlier releases stay in force.
 */
export function fleetSource({ from, keys, clock, everySecs }: FleetSourceOptions): ManifestSource {
  const read: ReadFleetTexts = /^https?:\/\//.test(from) ? fleetTextFrom(new URL(from)) : fleetTextsAt(from);
  let listener: ManifestListener | null = null;
  let cancel: CancelTimer = () => {};
  let isClosed = false;
  let lastProblem = '';
  /** Read but not taken yet: the control plane may have been busy. */
  let pending: readonly FleetText[] | null = null;

  function report(message: string): void {
    if (message === lastProblem) return;
    lastProblem = message;
    listener?.onProblem(message);
  }

  async function look(): Promise<void> {
    if (listener === null) return;
    try {
      pending = (await read()) ?? pending;
    } catch (error) {
      report(asError(error).message);
      return;
    }
    if (pending === null) return;
    const found = releasesIn(pending, keys);
    const problems = [...found.problems];
    for (const { name, rollouts, signedAt } of newestOfEachChannel(found.releases)) {
      const refused = await listener.onManifests({ rollouts, signedAt });
      if (refused !== null) problems.push(`${name}: ${refused}`);
    }
    if (problems.length === 0) {
      pending = null;
      lastProblem = '';
    } else report(problems.join(' '));
  }

  function watch(): void {
    if (isClosed) return;
    cancel = clock.after(everySecs * MS_PER_SECOND, () => void look().finally(watch));
  }

  return {
    start: async (given) => {
      listener = given;
      await look();
      watch();
    },
    reload: look,
    close: () => {
      isClosed = true;
      cancel();
    },
  };
}

function releasesIn(
  texts: readonly FleetText[],
  keys: FleetSourceOptions['keys'],
): { readonly releases: readonly Release[]; readonly problems: readonly string[] } {
  const releases: Release[] = [];
  const problems: string[] = [];
  for (const { name, text, signature, writtenAt } of texts) {
    const distrust = keys === 'unsigned' ? null : distrustOf(text, signature, keys);
    if (distrust !== null) {
      problems.push(`${name} is not released: ${distrust}.`);
      continue;
    }
    const decoded = parseFleet(text);
    const projected = decoded.ok ? projectRollouts(decoded.fleet) : decoded;
    if (decoded.ok && projected.ok) {
      releases.push({ name, rollouts: projected.rollouts, signedAt: decoded.fleet.meta.signedAt, writtenAt });
      continue;
    }
    const [first] = projected.ok ? [] : projected.problems;
    problems.push(
      `${name} is not released: ${first === undefined ? 'it cannot be read' : `${first.path}: ${first.message}`}.`,
    );
  }
  return { releases, problems };
}

/** The releases in order of signing, each without the channels that a later one names. */
function newestOfEachChannel(releases: readonly Release[]): readonly Release[] {
  const oldestFirst = releases.toSorted(
    (a, b) => (a.signedAt ?? a.writtenAt) - (b.signedAt ?? b.writtenAt) || (a.name < b.name ? -1 : 1),
  );
  return oldestFirst
    .map((release, index) => {
      const later = new Set(
        oldestFirst.slice(index + 1).flatMap(({ rollouts }) => rollouts.map(({ channel }) => channel)),
      );
      return { ...release, rollouts: release.rollouts.filter(({ channel }) => !later.has(channel)) };
    })
    .filter(({ rollouts }) => rollouts.length > 0);
}
