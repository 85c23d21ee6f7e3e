import type { RolloutManifest } from '../../../fleet/index.ts';
import type { Time } from '../../../machine/index.ts';

/** The rollouts of a fleet file whose signature was verified. */
export interface VerifiedManifests {
  readonly rollouts: readonly RolloutManifest[];
  /** When the fleet file was signed, according to itself. A file older than the newest one is refused, to prevent replay. */
  readonly signedAt: Time | null;
}

/** What a source reports to the control plane. */
export interface ManifestListener {
  /** Resolves to why the manifests were not taken; `null` if they were, or are known already. */
  readonly onManifests: (manifests: VerifiedManifests) => Promise<string | null>;
  /** A sentence about a file that cannot be used. Whatever was released before stays in force. */
  readonly onProblem: (message: string) => void;
}

/** Where fleet files come from. A port. */
export interface ManifestSource {
  /** Resolves after the first read; reports later changes as they happen, until `close`. */
  readonly start: (listener: ManifestListener) => Promise<void>;
  /** Reads again now. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}
