import type { RolloutManifest } from '../../../fleet/index.ts';
import type { Time } from '../../../machine/index.ts';

/** The rollouts of a fleet file whose signature was verified. */
export interface VerifiedManifests {
  readonly rollouts: readonly RolloutManifest[];
  /** When the fleet file was signed, as it states. To prevent replay, a file older than the newest one is refused. */
  readonly signedAt: Time | null;
}

/** What a source reports to the control plane. */
export interface ManifestListener {
  /** Resolves to why the manifests were not taken; `null` if they were taken or already known. */
  readonly onManifests: (manifests: VerifiedManifests) => Promise<string | null>;
  /** Receives a sentence about an unusable file. Earlier releases stay in force. */
  readonly onProblem: (message: string) => void;
}

/** Where fleet files come from. A port. */
export interface ManifestSource {
  /** Resolves after the first read; reports later changes as they happen, until `close`. */
  readonly start: (listener: ManifestListener) => Promise<void>;
  /** Reads the files again now. */
  readonly reload: () => Promise<void>;
  readonly close: () => void;
}
