import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { agentManifest, parseFleet, projectRollouts, type RolloutManifest } from '../../fleet/index.ts';
import type { AgentManifest } from '../../wire/index.ts';
import { diskProblem } from '../shared/runtime-problem.ts';
import type { HostManifests } from './ports.ts';
import { errorCode } from '../../text/index.ts';

/** Which fleet files an agent reads, and how it checks them. */
export interface FleetManifestsOptions {
  readonly hostname: string;
  /** A fleet file, or a folder of them: every `.json` file in it. */
  readonly path: string;
  /** Why a fleet file cannot be trusted, given its path and text; `null` if it can. */
  readonly verify: (path: string, text: string) => string | null;
  /** Called for each unusable file, once per change. */
  readonly onProblem: (path: string, message: string) => void;
}

interface ReadFile {
  /** Its status. The file is read again when this changes. */
  readonly stamp: string;
  readonly rollouts: readonly RolloutManifest[];
}

/** The signed manifests in fleet files, read again whenever the files have changed. */
export class FleetManifests implements HostManifests {
  readonly #options: FleetManifestsOptions;
  #files = new Map<string, ReadFile>();

  constructor(options: FleetManifestsOptions) {
    this.#options = options;
  }

  manifestOf(rolloutId: string): AgentManifest | null {
    this.#refresh();
    for (const { rollouts } of this.#files.values()) {
      const rollout = rollouts.find((each) => each.rolloutId === rolloutId);
      if (rollout !== undefined) return agentManifest(rollout, this.#options.hostname);
    }
    return null;
  }

  all(): readonly AgentManifest[] {
    this.#refresh();
    return [...this.#files.values()]
      .flatMap(({ rollouts }) => rollouts.map((rollout) => agentManifest(rollout, this.#options.hostname)))
      .filter((manifest) => manifest !== null);
  }

  #refresh(): void {
    const files = new Map<string, ReadFile>();
    for (const path of this.#paths()) {
      const file = this.#read(path);
      if (file !== null) files.set(path, file);
    }
    this.#files = files;
  }

  #paths(): readonly string[] {
    const { path } = this.#options;
    try {
      if (!statSync(path).isDirectory()) return [path];
      const names = readdirSync(path).filter((name) => name.endsWith('.json'));
      return names.sort().map((name) => join(path, name));
    } catch (error) {
      throw diskProblem(path, error);
    }
  }

  #read(path: string): ReadFile | null {
    const known = this.#files.get(path);
    try {
      const { mtimeMs, size, ino } = statSync(path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (known?.stamp === stamp) return known;
      return { stamp, rollouts: this.#rolloutsOf(path, readFileSync(path, 'utf8')) };
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw diskProblem(path, error);
      return null;
    }
  }

  #rolloutsOf(path: string, text: string): readonly RolloutManifest[] {
    const { verify, onProblem } = this.#options;
    const distrust = verify(path, text);
    if (distrust !== null) {
      onProblem(path, distrust);
      return [];
    }
    const decoded = parseFleet(text);
    const projected = decoded.ok ? projectRollouts(decoded.fleet) : decoded;
    if (projected.ok) return projected.rollouts;
    const [first] = projected.problems;
    onProblem(path, first === undefined ? 'It cannot be read.' : `${first.path}: ${first.message}`);
    return [];
  }
}
